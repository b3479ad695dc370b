"""Stands in for an installation of torch that does not load."""

raise ImportError("no torch on this machine")
