"""How long a survey waits for its answer, and what became of it. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from crm.wording import N_, Labelled

#: How long a link may be answered.
SERVES_FOR = timedelta(days=30)
#: Longer than any word of ours: not worth a look.
LONGEST_WORD = 100
#: From « pas du tout » to « tout à fait ».
BEST_SCORE = 5


class SurveyState(Labelled):
    """What became of a survey."""

    WAITING = "waiting", N_("En attente")
    ANSWERED = "answered", N_("Répondue")
    REVOKED = "revoked", N_("Lien annulé")
    EXPIRED = "expired", N_("Sans réponse")


class Again(Labelled):
    """Whether the partner would do it again."""

    YES = "yes", N_("Oui")
    MAYBE = "maybe", N_("Peut-être")
    NO = "no", N_("Non")


@dataclass(frozen=True, slots=True)
class Times:
    """What happened to a survey, and when."""

    expires_at: datetime
    answered_at: datetime | None = None
    revoked_at: datetime | None = None


def state_of(times: Times, now: datetime) -> SurveyState:
    """What became of it. An answer stays one whatever comes later; the last instant still serves."""
    if times.answered_at is not None:
        return SurveyState.ANSWERED
    if times.revoked_at is not None:
        return SurveyState.REVOKED
    return SurveyState.WAITING if now <= times.expires_at else SurveyState.EXPIRED
