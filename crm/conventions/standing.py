"""How a commitment or a dated duty of a convention stands on a day. Pure."""

from datetime import date

from crm.conventions.enums import Standing


def standing(due_on: date | None, done_on: date | None, today: date) -> Standing:
    """Kept as soon as somebody said when; late the day after it was due; otherwise under way."""
    if done_on is not None:
        return Standing.KEPT
    return Standing.LATE if due_on is not None and due_on < today else Standing.OPEN
