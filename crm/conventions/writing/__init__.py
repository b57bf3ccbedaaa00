"""The text of a convention: its fields, people, promises, articles and days; and the versions it leaves."""
