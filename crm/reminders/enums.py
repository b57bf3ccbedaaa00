"""States of what is sent."""

from enum import StrEnum


class MessageState(StrEnum):
    """Life of a message in the outbox. It is never deleted before its retention ends."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
