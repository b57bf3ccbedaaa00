"""
The six digits of a telephone (RFC 6238: SHA-1, 30 seconds, 6 digits, what every authenticator knows), and the
recovery codes that stand for it.
"""

import base64
import hashlib
from datetime import datetime

import pyotp

ISSUER = "Passerelle"
STEP = 30  # seconds
#: Steps before and after the present one whose code is taken: telephones are late, people slow.
WINDOW = 1
SECRET_BYTES = 20
RECOVERY_BYTES = 10
RECOVERY_CODES = 10


def secret_of(drawn: bytes) -> str:
    """Random bytes as authenticators take them (base 32)."""
    return base64.b32encode(drawn).decode("ascii").rstrip("=")


def uri(secret: str, email: str) -> str:
    """What the QR code says."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def matching_step(secret: str, typed: str, *, now: datetime, last: int | None) -> int | None:
    """
    The time step whose code was typed, within the window and after `last`, the step of the last code taken.

    None when there is none: a code serves once, and none older than it serves any more.
    """
    digits = "".join(typed.split())
    if len(digits) != 6 or not (digits.isascii() and digits.isdigit()):
        return None
    here = int(now.timestamp()) // STEP
    known = pyotp.TOTP(secret)
    steps = range(max(here - WINDOW, 0), here + WINDOW + 1)
    found = [step for step in steps if pyotp.utils.strings_equal(known.generate_otp(step), digits)]
    return next((step for step in found if last is None or step > last), None)


def spaced(secret: str) -> str:
    """A key or a code in groups of four, to be read and typed."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def recovery_code(drawn: bytes) -> str:
    """80 random bits as a person copies them: "abcd-efgh-ijkl-mnop"."""
    return spaced(secret_of(drawn).lower()).replace(" ", "-")


def recovery_hash(typed: str) -> bytes:
    """What is stored of a recovery code: SHA-256 of its letters and digits, whatever their case and the spaces."""
    letters = "".join(sign for sign in typed.upper() if sign.isascii() and sign.isalnum())
    return hashlib.sha256(letters.encode("ascii")).digest()
