"""
Where prospecting is, from the exchanges alone, and what the guide advises next. Pure. Source: docs/rules/method.md.

The guide: a letter that asks for a meeting, then a call, then a meeting face to face.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from crm.interactions.enums import MEETINGS, Direction, InteractionKind
from crm.partners.reference.enums import SizeClass
from crm.sentences import Sentence
from crm.wording import N_, Labelled

#: Without an answer for so long, and with nothing planned, it is time to follow up.
FOLLOW_UP_AFTER = timedelta(days=10)
#: After a meeting there is more to prepare.
FOLLOW_UP_AFTER_MEETING = timedelta(days=30)

_LETTERS = frozenset({InteractionKind.LETTER, InteractionKind.EMAIL, InteractionKind.MAILING})
_CALLS = frozenset({InteractionKind.CALL, InteractionKind.MESSAGE})


class Prospecting(Labelled):
    """How far step 4 is with a partner."""

    TO_CONTACT = "to_contact", N_("À contacter")
    LETTER_SENT = "letter_sent", N_("Courrier envoyé")
    CALLED = "called", N_("Appelé")
    MEETING_PLANNED = "meeting_planned", N_("Rendez-vous prévu")
    MET = "met", N_("Rencontré")
    TO_FOLLOW_UP = "to_follow_up", N_("À relancer")


@dataclass(frozen=True, slots=True)
class Exchange:
    """What prospecting reads of an exchange; a cancelled one is left out by whoever reads them."""

    kind: InteractionKind
    direction: Direction
    held_at: datetime


def prospecting(exchanges: Iterable[Exchange], *, now: datetime, has_dated_todo: bool) -> Prospecting:
    """Where prospecting is. Once something was said, silence without anything planned asks for a follow-up."""
    known = sorted(exchanges, key=lambda one: one.held_at)
    if any(one.held_at > now and one.kind in MEETINGS for one in known):
        return Prospecting.MEETING_PLANNED
    past = [one for one in known if one.held_at <= now]
    if not past:
        return Prospecting.TO_CONTACT
    last = past[-1]
    met = any(one.kind in MEETINGS for one in past)
    patience = FOLLOW_UP_AFTER_MEETING if met else FOLLOW_UP_AFTER
    our_turn = last.direction is Direction.THEIRS or now - last.held_at >= patience
    if our_turn and not has_dated_todo:
        return Prospecting.TO_FOLLOW_UP
    if met:
        return Prospecting.MET
    if any(one.kind in _CALLS for one in past):
        return Prospecting.CALLED
    return Prospecting.LETTER_SENT


def next_step(
    exchanges: Iterable[Exchange], state: Prospecting, *, size: SizeClass | None, now: datetime
) -> Sentence | None:
    """What the guide advises now; None when nothing needs to be said."""
    past = [one for one in exchanges if one.held_at <= now]
    wrote = any(one.kind in _LETTERS and one.direction is Direction.OURS for one in past)
    if state is Prospecting.TO_CONTACT:
        if size is SizeClass.VERY_SMALL:
            return Sentence(N_("Passez plutôt les voir : dans une TPE, le contact se fait de visu."))
        return Sentence(N_("Envoyez d'abord un courrier qui demande un rendez-vous, puis appelez."))
    if state is Prospecting.LETTER_SENT:
        return Sentence(N_("Appelez : dites l'objet, ce que vous attendez et le temps qu'il faut."))
    if state is Prospecting.CALLED and not wrote and size is not SizeClass.VERY_SMALL:
        return Sentence(N_("Un courrier qui demande un rendez-vous aide l'appel suivant."))
    if state is Prospecting.CALLED:
        return Sentence(N_("Proposez une rencontre de 45 à 60 minutes."))
    if state is Prospecting.MEETING_PLANNED:
        return Sentence(N_("Préparez la rencontre : découvrir d'abord, se présenter ensuite."))
    if state is Prospecting.TO_FOLLOW_UP:
        return Sentence(N_("Reprenez contact, et dites le jour de la suite."))
    return None


def size_advice(size: SizeClass | None) -> tuple[Sentence, ...]:
    """How to approach a company of that size."""
    common = (
        Sentence(N_("Venez avec un projet concret et un engagement acceptable, en temps et en volume.")),
        Sentence(N_("Aidez l'employeur dans sa fonction d'accueil.")),
    )
    if size is SizeClass.VERY_SMALL:
        return (
            Sentence(N_("La personne qui dirige a peu de temps : voyez-la sur place.")),
            Sentence(N_("Répondez à une demande plutôt que de pousser une offre.")),
            Sentence(N_("Faites du sur-mesure : regardez le poste avec elle.")),
            *common,
        )
    if size is None:
        return common
    return (
        Sentence(N_("Connaissez l'organigramme, le siège et les succursales.")),
        Sentence(N_("Tenez compte des accords nationaux ou régionaux.")),
        Sentence(N_("Devenez l'interlocuteur permanent pour l'emploi et la formation.")),
        *common,
    )
