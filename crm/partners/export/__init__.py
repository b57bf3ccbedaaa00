"""The list of partners as a file: CSV or XLSX."""
