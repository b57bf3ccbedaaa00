"""The bin: what was put aside, for thirty days, and how it comes back."""
