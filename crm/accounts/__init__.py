"""Structures, people, sign-in, sessions."""
