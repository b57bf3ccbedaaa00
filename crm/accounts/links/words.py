"""The word of a link: where it leads, how long it serves, and what is stored of it."""

import hashlib
from datetime import timedelta

from crm.accounts.enums import LinkPurpose

#: Longer than any word of ours: not worth a look.
LONGEST_WORD = 100

#: How long a link serves, from the moment its word exists.
SERVES_FOR = timedelta(minutes=60)

#: The path of each page, as in views.py. An arrival opens the same page as an invitation: they look alike.
PATHS = {
    LinkPurpose.FIRST_ACCOUNT: "/bienvenue",
    LinkPurpose.INVITATION: "/invitation",
    LinkPurpose.ARRIVAL: "/invitation",
    LinkPurpose.RESET: "/mot-de-passe",
    LinkPurpose.EMAIL_OLD: "/adresse",
    LinkPurpose.EMAIL_NEW: "/adresse",
}

INVITATIONS = frozenset({LinkPurpose.INVITATION, LinkPurpose.ARRIVAL})
CHANGES_OF_ADDRESS = frozenset({LinkPurpose.EMAIL_OLD, LinkPurpose.EMAIL_NEW})

#: How long a row is kept once its link is dead, for the mails that still wait for it.
KEPT_FOR = timedelta(days=7)


def url_of(public_url: str, purpose: LinkPurpose, word: str) -> str:
    """The full address: made of the public URL of the settings alone, never of what a visitor says."""
    return f"{public_url}{PATHS[purpose]}/{word}"


def key_of(word: str) -> bytes:
    """What is stored of a word: its SHA-256 (32 bytes). It has 256 bits of chance, so that no salt is needed."""
    return hashlib.sha256(word.encode("utf-8", "replace")).digest()
