"""Many partners taken over at once, announced and undone."""
