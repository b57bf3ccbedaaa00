r"""
A contact as a vCard 3.0 (RFC 2426): what telephones and mail programs of every age read.

A value is text: `\`, `,`, `;` and line breaks are escaped, so that no name can add a line to the card. Lines are folded
at 75 octets, never inside a character.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from crm.partners.search import fold

_LONGEST_LINE = 75  # octets, the leading space of a continued line included
_LONGEST_FILE_NAME = 60
_ESCAPED = {"\\": "\\\\", ",": "\\,", ";": "\\;", "\n": "\\n"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What is written of somebody. `phones` are E.164; `identifier` lets a second download replace the first."""

    identifier: str
    first_name: str
    last_name: str
    company: str
    function: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()


def write_card(card: Card) -> str:
    """The card, its lines ended by CRLF."""
    full = f"{card.first_name} {card.last_name}".strip()
    lines = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"UID:{_text(card.identifier)}",
        f"N:{_text(card.last_name)};{_text(card.first_name)};;;",
        f"FN:{_text(full)}",
        f"ORG:{_text(card.company)}",
    ]
    if card.function:
        lines.append(f"TITLE:{_text(card.function)}")
    lines += [f"TEL;TYPE=WORK,VOICE:{_text(phone)}" for phone in card.phones]
    lines += [f"EMAIL;TYPE=INTERNET,WORK:{_text(email)}" for email in card.emails]
    return "".join(f"{folded}\r\n" for line in [*lines, "END:VCARD"] for folded in _fold(line))


def file_name(full_name: str) -> str:
    """A plain name for the file: letters a to z, digits, hyphens; « contact.vcf » when nothing else is left."""
    plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in fold(full_name))
    words = "-".join(word for word in plain.split("-") if word)[:_LONGEST_FILE_NAME].strip("-")
    return f"{words or 'contact'}.vcf"


def _text(value: str) -> str:
    """The value escaped; line breaks of every kind are one, other control characters are dropped."""
    plain = "\n".join(value.splitlines())
    return "".join(_ESCAPED.get(c, c) for c in plain if c == "\n" or c.isprintable() or not _is_control(c))


def _is_control(character: str) -> bool:
    return ord(character) < 32 or 127 <= ord(character) < 160 or 0xD800 <= ord(character) < 0xE000


def _fold(line: str) -> Iterable[str]:
    current, size = "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > _LONGEST_LINE:
            yield current
            current, size = " ", 1
        current, size = current + character, size + octets
    yield current
