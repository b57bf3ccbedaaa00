"""What the export registers with the others."""

from crm.audit.words import add_acts
from crm.partners.export.services import EXPORTED
from crm.wording import N_


def wire() -> None:
    """Say exports in words."""
    add_acts({EXPORTED: N_("Partenaires exportés")})
