"""Who may do what: one table of rights (policy), one door (guard)."""
