"""Two ways in which one structure followed what turns out to be one partner."""
