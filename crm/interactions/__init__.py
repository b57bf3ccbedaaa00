"""What was said with a partner: visits, calls, letters."""
