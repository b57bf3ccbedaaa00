"""Undo of an import: what it wrote and nobody touched since goes, the rest is listed with who changed what."""
