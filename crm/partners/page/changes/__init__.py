"""What the trail kept about a partner, in words: a stream of its timeline."""
