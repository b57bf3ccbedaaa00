"""The key of somebody's drafts: their browser keeps the sealed text, and only their own session is told the key."""

from base64 import b64encode

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

#: Bytes: AES-256.
LENGTH = 32


def draft_key(person: str, *, secret: str) -> str:
    """
    The key of a person (their public id) under the installation's secret, in base 64.

    Always the same, so that a draft kept for later opens after the next sign-in. The label makes it another key than
    those that sign forms and seal secrets.
    """
    label = b"passerelle drafts 1 " + person.encode()
    return b64encode(HKDF(algorithm=SHA256(), length=LENGTH, salt=None, info=label).derive(secret.encode())).decode()
