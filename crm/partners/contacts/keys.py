"""By what a contact is found, and the mark that is kept of an address that must not be written to any more."""

import hmac
from collections.abc import Iterable
from hashlib import sha256

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crm.partners.search import fold, search_key

CONTACT_KEY_LENGTH = 500


def contact_search_key(*, full_name: str, function: str, phones: Iterable[str], emails: Iterable[str]) -> str:
    """
    One folded text with all a contact can be found by, 500 characters at most; `phones` are E.164.

    Phones come first, then the names: addresses, the longest, are what is lost when there are too many.
    """
    found = search_key(names=[full_name, function], phones=phones)
    parts = dict.fromkeys([found, *(fold(email) for email in emails)])
    return " ".join(part for part in parts if part)[:CONTACT_KEY_LENGTH].rstrip()


def email_hash(email: str, *, key: str) -> str:
    """
    HMAC-SHA-256 of an e-mail address, in hexadecimal, under a key of its own derived from the installation's `key`.

    Letters in upper or lower case and spaces around make no difference: nobody's box distinguishes them in practice.
    """
    return hmac.new(_derived(key), email.strip().casefold().encode(), sha256).hexdigest()


def _derived(key: str) -> bytes:
    # The label makes this key another one than those that sign forms and seal secrets, whatever they derive.
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"passerelle opposition 1").derive(key.encode())
