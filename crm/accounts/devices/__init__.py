"""Browsers that are known, and the phones their owners enrolled."""
