"""Builds the documents of the sample libraries from their sources."""
