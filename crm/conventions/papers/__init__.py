"""Signed copies: kept, shown, taken away."""
