"""What the mails about links are called: no name, no address, nothing that a locked screen should not show."""

from crm.accounts.enums import LinkPurpose
from crm.sentences import Sentence
from crm.wording import N_

#: Rules of the outbox: a mail that holds a link, and one that tells a former address.
LINK = "link"
ADDRESS_CHANGED = "address_changed"

CHANGED = Sentence(N_("Passerelle : votre adresse a changé"))

TITLES = {
    LinkPurpose.INVITATION: Sentence(N_("Passerelle : votre invitation")),
    LinkPurpose.ARRIVAL: Sentence(N_("Passerelle : une structure de plus")),
    LinkPurpose.RESET: Sentence(N_("Passerelle : votre nouveau mot de passe")),
    LinkPurpose.EMAIL_OLD: Sentence(N_("Passerelle : changer d'adresse e-mail")),
    LinkPurpose.EMAIL_NEW: Sentence(N_("Passerelle : confirmer cette adresse e-mail")),
}
