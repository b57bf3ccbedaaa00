"""Spreadsheets in: read, map, match, commit."""
