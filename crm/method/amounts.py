"""Amounts of money as people type them. Pure."""

import re

#: Above, somebody mistyped: a billion euros.
MOST_CENTS = 100_000_000_000

_AMOUNT = re.compile(r"(\d{1,12})(?:[.,](\d{1,2}))?")


def read_euros(text: str) -> int | None:
    """
    Cents of an amount in euros, None for nothing typed. Raises ValueError for what is no amount.

    >>> read_euros("1 234,50 €")
    123450
    """
    plain = re.sub(r"[\s\u00a0\u202f€]", "", text)
    if not plain:
        return None
    found = _AMOUNT.fullmatch(plain)
    if found is None:
        raise ValueError(text)
    cents = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
    if cents > MOST_CENTS:
        raise ValueError(text)
    return cents


def write_euros(cents: int | None) -> str:
    """The other way round, as a form shows it: « 1234,50 », « 1234 » when round."""
    if cents is None:
        return ""
    return f"{cents // 100},{cents % 100:02}" if cents % 100 else str(cents // 100)
