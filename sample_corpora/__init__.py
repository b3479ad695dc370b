"""Sample libraries written for this project, and what builds their documents."""
