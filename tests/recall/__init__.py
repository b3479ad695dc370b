"""Tests of the recall room."""
