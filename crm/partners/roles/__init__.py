"""What a partner is to the collectif, and from when to when."""
