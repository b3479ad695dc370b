"""Search Chinese and English documents, rerank them, and measure what an instruction changes."""

__version__ = "0.1.0"
