"""Views of the list that people keep under a name."""
