"""The history of exchanges that a spreadsheet holds: company, day, who, what, kind."""
