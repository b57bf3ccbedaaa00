"""Data to begin with: the demonstration, and files to try an import on."""
