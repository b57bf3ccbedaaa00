"""The page of one partner: its head, the one timeline, who is alike, the other sites of its group."""
