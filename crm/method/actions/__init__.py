"""« Actions »: the sixteen types of the guide, launched, done, with whom and with what result."""
