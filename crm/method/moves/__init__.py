"""Moves from step to step: what is known of a card, what is written of its move."""
