"""Links that serve once: first account, invitation, forgotten password, change of address."""
