"""
Passwords: what is asked of a new one, and their hashes.

Length and a list of what is tried first, no rule about kinds of signs and no expiry (ASVS 5.0, 6.2; sizes and reasons
in docs/rules/sign-in.md). Argon2id with 19 MiB, 2 passes, 1 lane: OWASP's floor, 68 ms where it was measured.
"""

import unicodedata
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from crm.accounts import guessable
from crm.sentences import Sentence
from crm.wording import N_

MINIMUM = 14
#: For those who open others' accounts.
GUARDED_MINIMUM = 16
MAXIMUM = 256

#: What must remain once rows of the keyboard, or the names around the account, are taken out.
OWN_SIGNS = 8

_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)

#: The hash of no password: checking it costs what checking a real one costs.
_NOBODY = _hasher.hash("personne ne porte ce mot de passe")


def problems(password: str, *, guarded: bool, words: Iterable[str]) -> tuple[Sentence, ...]:
    """
    What keeps `password` from being taken, each sentence saying how to mend it; nothing when it is good.

    `guarded`: for an account that opens others. `words`: names of the person, of the structures, the e-mail.
    """
    settled = _settled(password)
    minimum = GUARDED_MINIMUM if guarded else MINIMUM
    if len(settled) > MAXIMUM:
        return (Sentence(N_("Trop long : %(maximum)d caractères au plus."), {"maximum": MAXIMUM}),)
    found = []
    if len(settled) < minimum:
        found.append(Sentence(_TOO_SHORT, {"minimum": minimum}))
    if guessable.repeats(settled):
        found.append(Sentence(N_("Il répète la même chose. Mettez à la place des mots différents.")))
    elif guessable.left_without_runs(settled) < OWN_SIGNS and len(settled) >= minimum:
        found.append(
            Sentence(N_("Il suit les touches du clavier ou l'alphabet. Prenez plutôt quelques mots au hasard."))
        )
    elif guessable.common(settled):
        found.append(Sentence(N_("C'est l'un des premiers que l'on essaie. Ajoutez deux mots sans rapport.")))
    elif guessable.left_without(settled, words) < OWN_SIGNS and len(settled) >= minimum:
        found.append(Sentence(_CONTEXT))
    return tuple(found)


_TOO_SHORT = N_("Trop court : %(minimum)d caractères au moins. Quatre ou cinq mots au hasard font l'affaire.")
_CONTEXT = N_("Il tient surtout à votre nom, à votre adresse ou à votre structure. Prenez des mots sans rapport.")


def hash_password(password: str) -> str:
    """The Argon2id hash to store."""
    return _hasher.hash(_settled(password))


def verify(stored: str | None, password: str) -> bool:
    """Whether `password` is the stored one. The time taken does not tell whether the account exists."""
    try:
        return _hasher.verify(stored or _NOBODY, _settled(password)) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


def _settled(password: str) -> str:
    """An accented letter is one sign, whatever keyboard wrote it."""
    return unicodedata.normalize("NFC", password)
