"""What takes long of an import, done outside any request: comparing, then writing."""
