"""One file a use case: policy check, one unit of work, a domain value."""
