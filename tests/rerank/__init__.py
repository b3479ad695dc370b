"""Tests of the rerank room."""
