"""« Réglages »: the people of a structure, its identity and logo, its units, its closing periods."""
