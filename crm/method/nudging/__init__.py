"""What people are reminded of about partnerships."""
