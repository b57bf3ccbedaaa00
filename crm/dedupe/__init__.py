"""One company, once: likely duplicates and why."""
