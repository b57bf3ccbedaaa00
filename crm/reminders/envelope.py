"""A message before it is stored: what it holds, whether mail can carry it, and the name it keeps on every attempt."""

import hashlib
import unicodedata
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address

from crm.errors import DomainError
from crm.wording import N_


class Undeliverable(DomainError):
    """The address or the title cannot stand in a mail's header; nothing was stored."""


@dataclass(frozen=True, slots=True)
class Draft:
    """
    One mail somebody decided to send.

    (`rule`, `subject`, `user_id`, `occurrence`) makes it one of a kind. `recipient` is a bare address; `title` and
    `body` are plain text.
    """

    rule: str
    user_id: int
    occurrence: str
    recipient: str
    title: str
    body: str
    subject: str = ""


def check(draft: Draft) -> None:
    """Raise Undeliverable unless the recipient is exactly one address and the title one line."""
    try:
        address = Address(addr_spec=draft.recipient)
    except (ValueError, IndexError, MessageError):
        # The parser of the standard library answers a malformed address with any of these.
        address = None
    if address is None or address.addr_spec != draft.recipient or _breaks(draft.recipient):
        raise Undeliverable(N_("L'adresse du destinataire n'est pas une adresse e-mail valable."))
    if _breaks(draft.title):
        raise Undeliverable(N_("Le titre du message doit tenir sur une ligne."))


def _breaks(text: str) -> bool:
    return any(unicodedata.category(letter) in {"Cc", "Zl", "Zp"} for letter in text)


def one_line(text: str) -> str:
    """The text with every run of blanks and control characters as one space: it cannot pass for another line."""
    plain = "".join(" " if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} else c for c in text)
    return " ".join(plain.split())


def message_id(draft: Draft, host: str) -> str:
    """The Message-ID, the same on each attempt: a mailbox that received both copies can tell that they are one."""
    key = "\x1f".join((host, draft.rule, draft.subject, str(draft.user_id), draft.occurrence))
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{host}>"
