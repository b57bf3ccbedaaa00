"""What the list of partners says of exchanges and of things to do."""
