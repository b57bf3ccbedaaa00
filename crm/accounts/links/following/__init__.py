"""What following a link does."""
