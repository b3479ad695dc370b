"""The only room with torch, transformers and tokenizers."""
