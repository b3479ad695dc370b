"""Files that hold labels, read into values."""
