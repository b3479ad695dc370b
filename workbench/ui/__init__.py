"""What pages are made of: the frame, state, safe text, cards of results, jobs and pickers."""
