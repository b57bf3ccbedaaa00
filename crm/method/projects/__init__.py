"""Steps 1 to 3: what a project is, what was found, what was decided."""
