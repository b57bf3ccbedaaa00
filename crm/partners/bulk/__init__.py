"""One action on many partners: what it will change, then the deed, then its undo."""
