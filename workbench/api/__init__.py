"""The HTTP API over the same services as the pages."""
