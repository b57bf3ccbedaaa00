"""Several records of one organisation, or of one person, become one; ninety days to undo it."""
