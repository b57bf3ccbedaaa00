"""Of what kind an exchange was, and who took the step, guessed from the words of a cell."""

import re

from crm.interactions.enums import Direction, InteractionKind
from crm.partners.search import fold

#: Folded beginnings of words, the first kind announced wins: « message laissé au téléphone » is a call.
_WORDS: tuple[tuple[InteractionKind, str], ...] = (
    (InteractionKind.MAILING, r"e ?mailing|publipostage|mailing|newsletter|infolettre"),
    (InteractionKind.VIDEO, r"visio\w*|teams|zoom|webinaire|webex"),
    (InteractionKind.CALL, r"appel\w*|tel|telephon\w*|phoning|rappel\w*|appele\w*|coup de fil|joint|repondeur"),
    (InteractionKind.MESSAGE, r"sms|texto\w*|whatsapp|linkedin|messenger"),
    (InteractionKind.EMAIL, r"e? ?mails?|courriels?|email\w*|mel"),
    (InteractionKind.COMMITTEE, r"comites?|copil|cotech|ca|ag|assemblee"),
    (InteractionKind.EVENT, r"salons?|forums?|evenements?|job ?dating|portes ouvertes|petit dejeuner|conference"),
    (InteractionKind.APPOINTMENT, r"rdv|rendez ?vous|entretien\w*|rencontr\w*|reunion\w*|entrevue|point"),
    (InteractionKind.VISIT, r"visit\w*|deplacement|passage|passe\w*|sur place|sur site|terrain"),
    (InteractionKind.LETTER, r"courriers?|lettres?|postal\w*|recommande"),
    (InteractionKind.MESSAGE, r"messages?"),
)
_PATTERNS = tuple((kind, re.compile(rf"\b(?:{words})\b")) for kind, words in _WORDS)
_THEIRS = re.compile(
    r"\b(?:recus?|recue|entrante?|(?:ils?|elles?) (?:nous )?(?:a|ont) (?:appele|ecrit|contacte)s?|nous a (?:appele|"
    r"ecrit|contacte)s?|appel de leur part|de leur part)\b"
)


def kind_of(kind: str, text: str) -> InteractionKind | None:
    """
    The kind that the column of kinds says, else the words of the text; None when neither says anything.

    `kind` may be the label of the screen.
    """
    for said in (kind, text[:200]):
        folded = fold(said)
        for known in InteractionKind:
            if folded and folded == fold(known.label):
                return known
        for found, pattern in _PATTERNS:
            if pattern.search(folded):
                return found
    return None


def direction_of(kind: str, text: str) -> Direction:
    """Who took the step: us, unless the words say that they did."""
    return Direction.THEIRS if _THEIRS.search(fold(f"{kind} {text[:200]}")) else Direction.OURS
