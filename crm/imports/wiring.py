"""What this domain registers with the others."""

from crm.audit.words import add_acts
from crm.wording import N_


def wire() -> None:
    """Say in words that a file was imported."""
    add_acts({"import": N_("Import de partenaires")})
