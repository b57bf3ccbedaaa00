"""What is dated in a partnership, and who is reminded of it: lines of the roadmap, reviews, sessions."""
