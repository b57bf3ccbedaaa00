"""Contacts merged into one person; somebody who changed company keeps the former one as a post that ended."""
