"""The user guide of docs/guide, read inside the application."""
