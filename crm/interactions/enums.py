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


class CallResult(Labelled):
    """How a call ended, in one tap."""

    REACHED = "reached", N_("Joint")
    MESSAGE_LEFT = "message_left", N_("Message laissé")
    NO_ANSWER = "no_answer", N_("Pas de réponse")
    APPOINTMENT = "appointment", N_("Rendez-vous pris")
    CALL_BACK = "call_back", N_("Rappeler le")
    REFUSED = "refused", N_("Refus")


class Purpose(Labelled):
    """What an exchange is for. Source: the guide's four purposes of a partnership (docs/rules, method)."""

    DISCOVERY = "discovery", N_("Découverte")
    TRAINING = "training", N_("Formation")
    INTERMEDIATION = "intermediation", N_("Intermédiation")
    SHARED_DEVELOPMENT = "shared_development", N_("Développement partagé")


#: What is planned for a day and an hour, and then held: « rendez-vous » in the wide sense.
MEETINGS = frozenset(
    {
        InteractionKind.VISIT,
        InteractionKind.APPOINTMENT,
        InteractionKind.VIDEO,
        InteractionKind.EVENT,
        InteractionKind.COMMITTEE,
    }
)
