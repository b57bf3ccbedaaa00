"""What deserves a look before partners are merged, as this domain knows it."""
