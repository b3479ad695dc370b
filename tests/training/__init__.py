"""Tests of the training of the embedded reranker."""
