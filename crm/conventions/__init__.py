"""Conventions: what is signed with partners, until when, and what each side promised."""
