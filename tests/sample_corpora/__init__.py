"""Tests of the sample libraries and of what builds them."""
