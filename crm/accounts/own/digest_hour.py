"""Reading the hour at which somebody wants the digest."""

import re
from datetime import time

_HOUR = re.compile(r"(\d{1,2})\s*(?:[:hH]\s*(\d{2})?(?::\d{2})?)?", re.ASCII)


def read_hour(text: str) -> time | None:
    """
    An hour as people type it: '7:30', '07:30', '7h30', '7 h', '7'. None for nothing.

    Raises ValueError for what is no hour of a day.
    """
    text = text.strip()
    if not text:
        return None
    read = _HOUR.fullmatch(text)
    if read is None:
        raise ValueError(text)
    return time(int(read[1]), int(read[2] or 0))
