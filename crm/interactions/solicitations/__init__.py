"""« Déjà sollicité »: whom we asked something lately, and how often this quarter."""
