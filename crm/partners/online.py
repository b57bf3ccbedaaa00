"""E-mail addresses and websites as people type them."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

from crm.sentences import Sentence
from crm.wording import N_

LONGEST_EMAIL = 254
LONGEST_WEBSITE = 300

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)
_SPACE_OR_CONTROL = re.compile(r"[\s\x00-\x1f\x7f\\<>\"]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """`value` is what to store, None when unreadable; then `error` says why, unless the text was empty."""

    value: str | None = None
    error: Sentence | None = None


NOTHING = Address()
_NO_EMAIL = Sentence(N_("Ce n'est pas une adresse e-mail : elle s'écrit nom@exemple.fr."))
_NO_WEBSITE = Sentence(N_("Ce n'est pas l'adresse d'un site : elle s'écrit www.exemple.fr."))
_OTHER_SCHEME = Sentence(N_("Seules les adresses en http:// ou https:// sont acceptées."))
_TOO_LONG = Sentence(N_("Trop long."))


def read_email(text: str | None) -> Address:
    """Read an e-mail address, its domain in lower case. No name server is asked."""
    plain = (text or "").strip().removeprefix("mailto:").strip()
    if not plain:
        return NOTHING
    if len(plain) > LONGEST_EMAIL:
        return Address(error=_TOO_LONG)
    try:
        read = validate_email(plain, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return Address(error=_NO_EMAIL)
    return Address(value=read.normalized)


def read_website(text: str | None) -> Address:
    """
    Read the address of a website; `www.exemple.fr` becomes `https://www.exemple.fr`.

    Only http and https: the address becomes a link, and a link must not run anything. No user name in it either.
    """
    plain = (text or "").strip()
    if not plain:
        return NOTHING
    if not plain.lower().startswith(("http://", "https://")):
        if "://" in plain or _SCHEME.match(plain):
            return Address(error=_OTHER_SCHEME)
        plain = f"https://{plain}"
    if len(plain) > LONGEST_WEBSITE:
        return Address(error=_TOO_LONG)
    return Address(value=plain) if _is_website(plain) else Address(error=_NO_WEBSITE)


def _is_website(address: str) -> bool:
    if _SPACE_OR_CONTROL.search(address):
        return False
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    named = "." in host.strip(".") and ".." not in host
    return named and parts.username is None and parts.password is None
