"""What people are reminded of about exchanges."""
