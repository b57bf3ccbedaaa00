"""Steps 4 to 7: what a partnership is made of."""
