"""Prompts, batches and the rerankers that are built from them, without torch."""
