"""Secrets that must be read again, sealed with the installation's key: a copy of the database opens none of them."""

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Unsealable(ValueError):
    """What was sealed with another key, or is no seal of ours."""


def seal(text: str, *, key: str) -> str:
    """`text`, encrypted and signed (Fernet) under a key derived from `key`."""
    return _fernet(key).encrypt(text.encode()).decode("ascii")


def unseal(sealed: str, *, key: str) -> str:
    """What was sealed. Raises Unsealable when `key` is another one, or a byte was changed."""
    try:
        return _fernet(key).decrypt(sealed.encode()).decode()
    except InvalidToken as wrong:
        raise Unsealable("sealed with another key") from wrong


@lru_cache(maxsize=4)
def _fernet(key: str) -> Fernet:
    # The label makes this key another one than those that sign forms, whatever they derive.
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"passerelle totp 1").derive(key.encode())
    return Fernet(urlsafe_b64encode(derived))
