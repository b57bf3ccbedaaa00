"""Password hashing: Argon2id, 19 MiB, 2 passes, 1 lane (OWASP's floor; 68 ms where it was measured)."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)

#: The hash of no password: checking it costs what checking a real one costs.
_NOBODY = _hasher.hash("personne ne porte ce mot de passe")


def hash_password(password: str) -> str:
    """The Argon2id hash to store."""
    return _hasher.hash(password)


def verify(stored: str | None, password: str) -> bool:
    """Whether `password` is the stored one. The time taken does not tell whether the account exists."""
    try:
        return _hasher.verify(stored or _NOBODY, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False
