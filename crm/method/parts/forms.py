"""The forms of parts: what each kind holds, and its values by column."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectField, SelectMultipleField
from wtforms.validators import Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from crm.method.amounts import write_euros
from crm.method.enums import (
    EXTERNAL,
    ActionKind,
    ActionState,
    BudgetSide,
    EvidenceKind,
    Facet,
    FindingKind,
    Heading,
    HighlightKind,
    IndicatorNature,
    ItemState,
    ListeningKind,
)
from crm.method.forms import Euros, area, exchange_options, key_of, offer, options, text, whole
from crm.method.parts.kinds import PartKind
from crm.method.parts.queries import Choices
from crm.web.forms import BaseForm, Day, Required


class PartForm(BaseForm):
    """A part. `choices` says whom and what it may name."""

    #: The fields, in order: what `part_values` fills.
    names: tuple[str, ...] = ()

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nobody = gettext("Personne")
        people = [("", nobody), *((str(key), name) for key, name in choices.people)]
        contacts = [("", nobody), *((str(key), name) for key, name in choices.contacts)]
        exchanges = exchange_options(choices.exchanges)
        for name, offered in (
            ("ours_id", people),
            ("owner_id", people),
            ("theirs_id", contacts),
            ("interaction_id", exchanges),
        ):
            if name in self:
                offer(self[name], offered)
        self.arrange()

    def arrange(self) -> None:
        """Fill the choices of this kind of part."""

    def require(self, *names: str) -> None:
        """The screen says « facultatif » of the others."""
        for name in names:
            self[name].flags.required = True

    def values(self) -> dict[str, Any]:
        """What was typed, by column; only after `accepted()`."""
        raise NotImplementedError


class FindingForm(PartForm):
    """Something found around the structure, or inside it."""

    names = (
        "kind",
        "heading",
        "facet",
        "wording",
        "source",
        "found_on",
    )

    kind = SelectField(_l("C'est"))
    heading = SelectField(_l("Rubrique (opportunité, menace)"))
    facet = SelectField(_l("Facette (force, faiblesse)"))
    wording = area(_l("En quelques mots"), required=True)
    source = text(
        _l("Source"), 200, help=_l("INSEE, mairie, entretien du 12 mars… Sans source, cela ne compte pas comme preuve.")
    )
    found_on = Day(_l("Date"), validators=[Optional()])

    def arrange(self) -> None:
        self.kind.choices = options(FindingKind)
        self.heading.choices = options(Heading, gettext("Aucune"))
        self.facet.choices = options(Facet, gettext("Aucune"))
        self.require("kind")

    def values(self) -> dict[str, Any]:
        kind = FindingKind(self.kind.data)
        outside = kind in EXTERNAL
        return {
            "kind": kind,
            "heading": Heading(self.heading.data) if outside and self.heading.data else None,
            "facet": Facet(self.facet.data) if not outside and self.facet.data else None,
            "wording": self.wording.data,
            "source": self.source.data or "",
            "found_on": self.found_on.data,
        }


class ListeningForm(PartForm):
    """Somebody heard."""

    names = ("kind", "held_on", "who", "facilitator", "people", "half_days", "summary", "interaction_id")

    kind = SelectField(
        _l("C'est"), description=_l("Un entretien dure 1 à 2 heures ; un groupe réunit 8 à 15 personnes.")
    )
    held_on = Day(_l("Date"), validators=[Required()])
    who = text(_l("Avec qui, ou sur quel thème"), 200, required=True)
    facilitator = text(_l("Animation"), 160)
    people = whole(_l("Nombre de personnes"))
    half_days = whole(_l("Demi-journées"))
    summary = area(_l("Synthèse"), help=_l("Elle se restitue à ceux qui ont été entendus."))
    interaction_id = SelectField(_l("L'échange d'où elle vient"))

    def arrange(self) -> None:
        self.kind.choices = options(ListeningKind)
        self.require("kind")

    def values(self) -> dict[str, Any]:
        return {
            "kind": ListeningKind(self.kind.data),
            "held_on": self.held_on.data,
            "who": self.who.data,
            "facilitator": self.facilitator.data or "",
            "people": self.people.data,
            "half_days": self.half_days.data,
            "summary": self.summary.data or "",
            "interaction_id": key_of(self.interaction_id),
        }


class RoadmapForm(PartForm):
    """Who does what, by when, how."""

    names = (
        "what",
        "ours_id",
        "theirs_id",
        "theirs",
        "due_on",
        "how",
        "state",
    )

    what = text(_l("Quoi"), 300, required=True)
    ours_id = SelectField(_l("Qui chez nous"))
    theirs_id = SelectField(_l("Qui chez le partenaire"))
    theirs = text(_l("Ou une autre personne chez le partenaire"), 160)
    due_on = Day(_l("Pour quand"), validators=[Optional()])
    how = area(_l("Comment"))
    state = SelectField(_l("Où en est-on ?"))

    def arrange(self) -> None:
        self.state.choices = options(ItemState)
        self.require("state")

    def values(self) -> dict[str, Any]:
        return {
            "what": self.what.data,
            "ours_id": key_of(self.ours_id),
            "theirs_id": key_of(self.theirs_id),
            "theirs": self.theirs.data or "",
            "due_on": self.due_on.data,
            "how": self.how.data or "",
            "state": ItemState(self.state.data),
        }


class BudgetForm(PartForm):
    """A cost or a funding."""

    names = (
        "side",
        "wording",
        "funder",
        "period",
        "planned",
        "actual",
    )

    side = SelectField(_l("C'est"))
    wording = text(_l("Libellé"), 200, required=True)
    funder = text(_l("Financeur"), 200)
    period = text(_l("Période"), 40, help=_l("2026, ou 2026-2028."))
    planned = Euros(_l("Prévu (euros)"))
    actual = Euros(_l("Réalisé (euros)"))

    def arrange(self) -> None:
        self.side.choices = options(BudgetSide)
        self.require("side")

    def values(self) -> dict[str, Any]:
        return {
            "side": BudgetSide(self.side.data),
            "wording": self.wording.data,
            "funder": self.funder.data or "",
            "period": self.period.data or "",
            "planned_cents": self.planned.cents,
            "actual_cents": self.actual.cents,
        }


class EvidenceForm(PartForm):
    """What shows that the partner is committed."""

    names = (
        "kind",
        "signed_on",
        "note",
        "interaction_id",
    )

    kind = SelectField(_l("C'est"))
    signed_on = Day(_l("Date"), validators=[Required()])
    note = text(_l("Précision"), 300)
    interaction_id = SelectField(
        _l("L'échange où il est joint"), description=_l("Obligatoire pour un e-mail de confirmation.")
    )

    def arrange(self) -> None:
        self.kind.choices = options(EvidenceKind)
        self.require("kind")

    def values(self) -> dict[str, Any]:
        return {
            "kind": EvidenceKind(self.kind.data),
            "signed_on": self.signed_on.data,
            "note": self.note.data or "",
            "interaction_id": key_of(self.interaction_id),
        }


class SessionForm(PartForm):
    """A session of the body that follows the partnership."""

    names = (
        "held_on",
        "present",
        "decisions",
        "minutes",
    )

    held_on = Day(_l("Date"), validators=[Required()])
    present = text(_l("Présents"), 500)
    decisions = area(_l("Décisions"))
    minutes = area(_l("Compte rendu"))

    def values(self) -> dict[str, Any]:
        return {
            "held_on": self.held_on.data,
            "present": self.present.data or "",
            "decisions": self.decisions.data or "",
            "minutes": self.minutes.data or "",
        }


class IndicatorForm(PartForm):
    """What will be looked at. `values_text` holds one « période : valeur » a line."""

    names = (
        "wording",
        "nature",
        "unit",
        "target",
        "source",
        "values_text",
    )

    wording = text(_l("Indicateur"), 200, required=True)
    nature = SelectField(_l("Nature"))
    unit = text(_l("Unité"), 80)
    target = text(_l("Cible"), 200)
    source = text(_l("Où le lire"), 200)
    values_text = area(_l("Valeurs relevées"), help=_l("Une par ligne : « 2026 : 12 »."))

    def arrange(self) -> None:
        self.nature.choices = options(IndicatorNature)
        self.require("nature")

    def validate_values_text(self, field: Field) -> None:
        """Short lines."""
        if any(len(period) > 80 or len(value) > 200 for period, value in self._values()):
            raise ValidationError(gettext("Une ligne est trop longue : « période : valeur », en quelques mots."))

    def _values(self) -> list[tuple[str, str]]:
        found = []
        for line in (self.values_text.data or "").splitlines():
            period, colon, value = line.partition(" : ")
            pair = (period.strip(), value.strip()) if colon else ("", line.strip())
            if pair[1]:
                found.append(pair)
        return found

    def values(self) -> dict[str, Any]:
        return {
            "wording": self.wording.data,
            "nature": IndicatorNature(self.nature.data),
            "unit": self.unit.data or "",
            "target": self.target.data or "",
            "source": self.source.data or "",
            "values": self._values(),
        }


class ActionForm(PartForm):
    """One of the sixteen types of actions. Its factors of success are ticked once its type is known."""

    names = (
        "kind",
        "title",
        "state",
        "owner_id",
        "planned_on",
        "launched_on",
        "ended_on",
        "people",
        "audience",
        "results",
        "difficulties",
        "budget",
        "interaction_id",
        "factors",
    )

    kind = SelectField(_l("Type d'action"))
    title = text(_l("Titre"), 200, required=True)
    state = SelectField(_l("Où en est-on ?"))
    owner_id = SelectField(_l("Responsable"))
    planned_on = Day(_l("Prévue le"), validators=[Optional()])
    launched_on = Day(_l("Lancée le"), validators=[Optional()])
    ended_on = Day(_l("Finie le"), validators=[Optional()])
    people = whole(_l("Nombre de personnes"))
    audience = text(_l("Pour qui"), 200, help=_l("Un public, jamais un nom : « salariés du chantier »."))
    results = area(_l("Résultats"))
    difficulties = area(_l("Difficultés"))
    budget = text(_l("Budget"), 300)
    interaction_id = SelectField(_l("L'échange qui porte ses documents"))
    factors = SelectMultipleField(
        _l("Facteurs de succès réunis"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )

    def arrange(self) -> None:
        self.kind.choices = options(ActionKind)
        self.state.choices = options(ActionState)
        self._factors: list[str] = []
        self.factors.choices = []
        self.require("kind", "state")

    def offer_factors(self, wordings: list[str]) -> None:
        """The factors of the type, as the structure words them, and those already on the action."""
        self._factors = wordings
        self.factors.choices = [(one, one) for one in wordings]

    def values(self) -> dict[str, Any]:
        ticked = set(self.factors.data or ())
        return {
            "kind": ActionKind(self.kind.data),
            "title": self.title.data,
            "state": ActionState(self.state.data),
            "owner_id": key_of(self.owner_id),
            "planned_on": self.planned_on.data,
            "launched_on": self.launched_on.data,
            "ended_on": self.ended_on.data,
            "people": self.people.data,
            "audience": self.audience.data or "",
            "results": self.results.data or "",
            "difficulties": self.difficulties.data or "",
            "budget": self.budget.data or "",
            "interaction_id": key_of(self.interaction_id),
            "factors": {one: one in ticked for one in self._factors},
        }


class ReviewForm(PartForm):
    """How the partnership goes, as the three sides see it."""

    names = (
        "held_on",
        "relations",
        "actions",
        "gaps",
        "factors",
        "our_view",
        "employees_view",
        "their_view",
        "ambitions",
    )

    held_on = Day(_l("Date"), validators=[Required()])
    relations = area(_l("Relations entre partenaires"))
    actions = whole(_l("Nombre d'actions"))
    gaps = area(_l("Écarts avec ce qui était prévu"))
    factors = area(_l("Facteurs de succès"))
    our_view = area(_l("Comment nous le voyons"))
    employees_view = area(_l("Comment les salariés le voient"), help=_l("Dans l'ensemble : aucun nom."))
    their_view = area(_l("Comment le partenaire le voit"))
    ambitions = area(_l("Nouvelles ambitions"))

    def values(self) -> dict[str, Any]:
        texts = ("relations", "gaps", "factors", "our_view", "employees_view", "their_view", "ambitions")
        return {
            "held_on": self.held_on.data,
            "actions": self.actions.data,
            **{name: self[name].data or "" for name in texts},
        }


class HighlightForm(PartForm):
    """What makes a partnership known."""

    names = (
        "kind",
        "held_on",
        "wording",
    )

    kind = SelectField(_l("C'est"))
    held_on = Day(_l("Date"), validators=[Required()])
    wording = text(_l("En quelques mots"), 300, required=True)

    def arrange(self) -> None:
        self.kind.choices = options(HighlightKind)
        self.require("kind")

    def values(self) -> dict[str, Any]:
        return {"kind": HighlightKind(self.kind.data), "held_on": self.held_on.data, "wording": self.wording.data}


FORMS: Mapping[PartKind, type[PartForm]] = {
    PartKind.FINDING: FindingForm,
    PartKind.LISTENING: ListeningForm,
    PartKind.ROADMAP: RoadmapForm,
    PartKind.BUDGET: BudgetForm,
    PartKind.EVIDENCE: EvidenceForm,
    PartKind.SESSION: SessionForm,
    PartKind.INDICATOR: IndicatorForm,
    PartKind.ACTION: ActionForm,
    PartKind.REVIEW: ReviewForm,
    PartKind.HIGHLIGHT: HighlightForm,
}


def part_values(kind: PartKind, part: Any) -> dict[str, Any]:
    """A part as its form shows it."""
    shown: dict[str, Any] = {}
    for name in FORMS[kind].names:
        if name in {"planned", "actual"}:
            shown[name] = write_euros(getattr(part, f"{name}_cents"))
        elif name == "values_text":
            shown[name] = "\n".join(f"{one.period} : {one.value}" if one.period else one.value for one in part.values)
        elif kind is PartKind.ACTION and name == "factors":
            shown[name] = [one.wording for one in part.factors if one.is_met]
        else:
            value = getattr(part, name)
            shown[name] = str(value) if name.endswith("_id") and value else value
    return shown
