"""The Flask base: forms, formats, error pages, sessions. Imports no domain."""
