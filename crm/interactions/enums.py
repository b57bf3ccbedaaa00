"""Kinds of exchanges, who made the first step, and of what nature."""

from crm.wording import N_, Labelled


class InteractionKind(Labelled):
    """How it took place."""

    VISIT = "visit", N_("Visite")
    CALL = "call", N_("Appel")
    EMAIL = "email", N_("E-mail")
    APPOINTMENT = "appointment", N_("Rendez-vous")
    VIDEO = "video", N_("Visioconférence")
    MESSAGE = "message", N_("SMS ou message")
    LETTER = "letter", N_("Courrier")
    MAILING = "mailing", N_("E-mailing")
    EVENT = "event", N_("Événement")
    COMMITTEE = "committee", N_("Comité")


class Direction(Labelled):
    """Who took the step."""

    OURS = "ours", N_("De nous vers eux")
    THEIRS = "theirs", N_("D'eux vers nous")


class Nature(Labelled):
    """Only our requests count as solicitations."""

    REQUEST = "request", N_("Demande")
    FOLLOW_UP = "follow_up", N_("Suivi")
    ANSWER = "answer", N_("Réponse")
