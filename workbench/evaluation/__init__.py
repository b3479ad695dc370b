"""Pure functions over rankings: how far they agree and how ranks move."""
