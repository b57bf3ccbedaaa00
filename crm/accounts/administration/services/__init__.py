"""Writes of the administration, by subject."""
