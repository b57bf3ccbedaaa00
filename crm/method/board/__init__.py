"""The board of the seven steps: what directors live in."""
