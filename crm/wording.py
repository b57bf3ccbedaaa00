"""Marks French sentences for translation where nothing may be translated yet."""

from enum import StrEnum
from typing import Self


def N_(text: str) -> str:  # noqa: N802  the name gettext tools know for "mark, do not translate"
    """Mark `text` for the extraction of messages and give it back unchanged."""
    return text


class Labelled(StrEnum):
    """
    An enumeration whose members have a French name on screen: `VISIT = "visit", N_("Visite")`.

    A member is its value, which is what the database keeps; `label` is marked here and translated when shown.
    """

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        """Make a member of its two parts."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member
