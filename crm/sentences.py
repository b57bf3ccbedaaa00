"""A French sentence with its values, kept apart so that the web layer can translate it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

NO_VALUES: Mapping[str, Any] = MappingProxyType({})


class Sentence(NamedTuple):
    """
    What a pure rule has to say: a message marked with N_() and what fills its %(name)s placeholders.

    Without values a percent sign stands for itself; with values it is doubled, as gettext expects.
    """

    msgid: str
    values: Mapping[str, Any] = NO_VALUES

    def __str__(self) -> str:
        return self.msgid % self.values if self.values else self.msgid

    def __hash__(self) -> int:
        return hash((self.msgid, tuple(sorted(self.values))))
