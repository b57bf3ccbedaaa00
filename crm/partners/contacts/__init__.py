"""The people met at partners."""
