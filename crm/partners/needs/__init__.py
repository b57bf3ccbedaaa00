"""What partners need, as each structure heard it."""
