"""What columns of the list read besides its rows."""
