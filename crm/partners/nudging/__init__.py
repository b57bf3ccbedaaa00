"""What people are reminded of about partners and contacts."""
