"""
Other phones and e-mails, typed one a line: « 01 99 00 12 34 standard », « accueil@exemple.test accueil ».

What is shown and read again gives the same list, so that a form saved untouched changes nothing.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from crm.partners.enums import ChannelKind
from crm.partners.online import read_email
from crm.partners.phones import read_phone, show_phone
from crm.sentences import Sentence
from crm.wording import N_

LONGEST_LABEL = 80
MOST_LINES = 30

_SOFT = " \t:;,-\N{EN DASH}\N{EM DASH}()"
_DIGITS_OF_PHONE = re.compile(r"[+\d][\d .()/-]*")


class _Read(Protocol):
    @property
    def value(self) -> str | None: ...
    @property
    def error(self) -> Sentence | None: ...


@dataclass(frozen=True, slots=True)
class Channel:
    """A phone (E.164) or an e-mail, and whose it is: « standard », « compta »."""

    kind: ChannelKind
    value: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """What a box of lines holds. With an `error`, which names the line, nothing is to be kept."""

    value: tuple[Channel, ...] = ()
    error: Sentence | None = None


def lines_of(text: str | None) -> tuple[str, ...]:
    """The lines that say something, each once, in their order."""
    return tuple(dict.fromkeys(" ".join(line.split()) for line in (text or "").splitlines() if line.strip()))


def read_phone_lines(text: str | None) -> Channels:
    """Phones, one a line, each followed by whose it is if that is known."""
    return _read(text, ChannelKind.PHONE, _split_phone)


def read_email_lines(text: str | None) -> Channels:
    """E-mails, one a line, each followed by whose it is if that is known."""
    return _read(text, ChannelKind.EMAIL, _split_email)


def show_channel(channel: Channel) -> str:
    """The line that is read back as this channel."""
    value = show_phone(channel.value) if channel.kind is ChannelKind.PHONE else channel.value
    return f"{value} {channel.label}".strip()


def show_lines(channels: Iterable[Channel], kind: ChannelKind) -> str:
    """The lines of one kind, for its box."""
    return "\n".join(show_channel(channel) for channel in channels if channel.kind is kind)


def _read(text: str | None, kind: ChannelKind, split: Callable[[str], tuple[_Read, str]]) -> Channels:
    lines = lines_of(text)
    if len(lines) > MOST_LINES:
        return Channels(error=Sentence(N_("%(most)s lignes au plus."), {"most": MOST_LINES}))
    found: dict[str, Channel] = {}
    for line in lines:
        read, label = split(line)
        if read.error is not None:
            return Channels(error=read.error)
        if read.value is None:
            return Channels(error=Sentence(N_("« %(text)s » ne peut pas être lu."), {"text": line[:60]}))
        if len(label) > LONGEST_LABEL:
            msgid = N_("« %(text)s » : %(most)s caractères au plus après le numéro ou l'adresse.")
            return Channels(error=Sentence(msgid, {"text": line[:60], "most": LONGEST_LABEL}))
        found.setdefault(read.value, Channel(kind, read.value, label))
    return Channels(value=tuple(found.values()))


def _split_phone(line: str) -> tuple[_Read, str]:
    """The longest beginning that is a phone, and the rest: « 01 99 00 12 34 2e étage » has ten digits, not eleven."""
    beginning = _DIGITS_OF_PHONE.match(line)
    end = beginning.end() if beginning else 0
    ends = [end, *(at for at in range(end - 1, 0, -1) if line[at] == " ")]
    for at in ends:
        read = read_phone(line[:at].rstrip(_SOFT))
        if read.value is not None:
            return read, line[at:].strip(_SOFT)
    return read_phone(line), ""


def _split_email(line: str) -> tuple[_Read, str]:
    address, _, label = line.partition(" ")
    return read_email(address.strip("<>,;:")), label.strip(_SOFT)
