"""States of what is sent."""

from enum import StrEnum

from crm.wording import N_, Labelled


class MessageState(StrEnum):
    """Life of a message in the outbox. It is never deleted before its retention ends."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class ReminderState(Labelled):
    """Whether a reminder still stands."""

    OPEN = "open", N_("à faire")
    DONE = "done", N_("fait")
    WITHDRAWN = "withdrawn", N_("sans objet")
    SEEN = "seen", N_("écarté")
