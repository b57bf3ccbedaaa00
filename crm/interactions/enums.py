"""Kinds of exchanges, who made the first step, and of what nature."""

from enum import StrEnum

from crm.wording import N_


class InteractionKind(StrEnum):
    """How it took place."""

    VISIT = "visit"
    CALL = "call"
    EMAIL = "email"
    APPOINTMENT = "appointment"
    VIDEO = "video"
    MESSAGE = "message"
    LETTER = "letter"
    MAILING = "mailing"
    EVENT = "event"
    COMMITTEE = "committee"

    @property
    def label(self) -> str:
        """The French name, marked for translation."""
        return _KINDS[self]


_KINDS = {
    InteractionKind.VISIT: N_("Visite"),
    InteractionKind.CALL: N_("Appel"),
    InteractionKind.EMAIL: N_("E-mail"),
    InteractionKind.APPOINTMENT: N_("Rendez-vous"),
    InteractionKind.VIDEO: N_("Visioconférence"),
    InteractionKind.MESSAGE: N_("SMS ou message"),
    InteractionKind.LETTER: N_("Courrier"),
    InteractionKind.MAILING: N_("E-mailing"),
    InteractionKind.EVENT: N_("Événement"),
    InteractionKind.COMMITTEE: N_("Comité"),
}


class Direction(StrEnum):
    """Who took the step."""

    OURS = "ours"
    THEIRS = "theirs"

    @property
    def label(self) -> str:
        """The French name, marked for translation."""
        return _DIRECTIONS[self]


_DIRECTIONS = {Direction.OURS: N_("De nous vers eux"), Direction.THEIRS: N_("D'eux vers nous")}


class Nature(StrEnum):
    """Only our requests count as solicitations."""

    REQUEST = "request"
    FOLLOW_UP = "follow_up"
    ANSWER = "answer"

    @property
    def label(self) -> str:
        """The French name, marked for translation."""
        return _NATURES[self]


_NATURES = {Nature.REQUEST: N_("Demande"), Nature.FOLLOW_UP: N_("Suivi"), Nature.ANSWER: N_("Réponse")}
