"""Steps 6 and 7, « suivi »: pilots, coordination, indicators, reviews, highlights."""
