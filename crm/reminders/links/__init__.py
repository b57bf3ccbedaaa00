"""The mails that carry a link to its reader."""
