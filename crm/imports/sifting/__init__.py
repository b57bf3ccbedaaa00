"""The duplicates of a file, without importing it: bring it, look, take the results away."""
