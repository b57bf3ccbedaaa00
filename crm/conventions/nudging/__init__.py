"""What people are reminded of about conventions."""
