"""How many times a password, a code or a link may be tried."""
