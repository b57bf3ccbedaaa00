"""Partners, their contacts and needs."""
