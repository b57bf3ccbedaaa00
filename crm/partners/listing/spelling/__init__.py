"""Mistyped searches."""
