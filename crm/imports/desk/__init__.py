"""The import made on screen: bring a file, correct its columns, look, choose, confirm."""
