"""The second factor: a code of the telephone, or a recovery code."""
