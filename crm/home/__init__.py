"""Aujourd'hui: the room that knows everybody."""
