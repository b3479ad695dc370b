"""Bytes become an edition, its chapter tree and its chunks."""
