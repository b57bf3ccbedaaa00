"""Accounts from the command line: what whoever looks after the server may do."""
