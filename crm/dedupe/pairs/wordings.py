"""Whether two values side by side say the same, to a reader: as written, in other words, or not."""

from enum import StrEnum

from crm.dedupe.normalise import Card, fold, normalise


class Alike(StrEnum):
    """What a person is told beside the two values."""

    SAME = "same"
    WORDED = "worded"
    OTHER = "other"


def written_alike(field: str, first: str, second: str) -> Alike:
    """Of the values of one field of two records; the forms are those that the scorer compares."""
    if fold(first) == fold(second):
        return Alike.SAME
    form = _form(field, first)
    return Alike.WORDED if form and form == _form(field, second) else Alike.OTHER


def _form(field: str, text: str) -> object:
    if field in {"name", "trade_name"}:
        return [(sorted(name.words), name.is_part) for name in normalise(Card(names=(text,))).names if name.words]
    if field == "street":
        card = normalise(Card(names=(), street=text))
        return (card.number, card.street) if card.street else None
    if field == "city":
        return normalise(Card(names=(), city=text)).city
    if field == "website":
        return tuple(sorted(normalise(Card(names=(), website=text)).domains))
    return None
