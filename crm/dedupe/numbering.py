"""A key as a number: what the table of keys holds. Always the same for the same key, in every process and release."""

from hashlib import blake2b

from crm.dedupe.keys import Key

_BYTES = 8


def number_of(key: Key) -> int:
    """
    64 bits, with their sign, as both engines store them.

    Of thirty million keys, two different ones share a number once in some forty thousand installations; the scorer
    would then be shown a pair that has nothing in common.
    """
    # Python's own hash is salted anew in each process.
    digest = blake2b(f"{key.kind.value}|{key.value}".encode(), digest_size=_BYTES).digest()
    return int.from_bytes(digest, "big", signed=True)
