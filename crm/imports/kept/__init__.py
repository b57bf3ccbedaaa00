"""The columns kept under a name: seen, renamed, forgotten."""
