"""Numbers that matter, each made by one command and recorded in RESULTS.md."""
