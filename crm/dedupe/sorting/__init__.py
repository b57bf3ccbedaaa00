"""What the queue of partners and that of contacts share: heaps, claims, answers, who is compared when."""
