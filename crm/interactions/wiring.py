"""What this domain registers with the others."""


def wire() -> None:
    """Register."""
