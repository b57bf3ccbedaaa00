"""The forms of a move: what it lacks, and the others than forward."""

from collections.abc import Collection
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import Optional

from crm.method.enums import STEP_NAMES, ActionKind, MoveKind, Proof
from crm.method.forms import Euros, area, exchange_options, options, text
from crm.method.gates import LONGEST_REASON, Asked
from crm.method.moves.asking import FIELDS
from crm.method.parts.queries import Choices
from crm.method.proofs import offered_evidence
from crm.partners.enums import NeedKind, Willingness
from crm.partners.reference.enums import SizeClass
from crm.web.forms import BaseForm, Chosen, Day

_DAY = {"validators": [Optional()], "description": _l("Vide : aujourd'hui.")}


class AdvanceForm(BaseForm):
    """Only the fields of what lacks; none is required: what stays empty is passed over, if it may be."""

    sector = text(_l("Secteur d'activité"), 200)
    pilot = SelectField(_l("Pilote"))
    opportunity = area(_l("Une opportunité"))
    opportunity_source = text(_l("Source de l'opportunité"), 200)
    threat = area(_l("Une menace"))
    threat_source = text(_l("Source de la menace"), 200)
    listening = text(_l("Qui a été entendu"), 200)
    listening_on = Day(_l("Entendu le"), **_DAY)
    strength = area(_l("Une force"))
    weakness = area(_l("Une faiblesse"))
    debated_with = text(_l("Débattu avec"), 300)
    debated_on = Day(_l("Débattu le"), **_DAY)
    offer = area(_l("L'offre de service"))
    difference = area(_l("Ce qui nous distingue"))
    resources = area(_l("Les ressources"))
    aimed = SelectField(_l("Première action visée"))
    approved_by = text(_l("Validé par"), 200)
    approved_on = Day(_l("Validé le"), **_DAY)
    report = area(_l("Ce qui s'est dit pendant la rencontre"))
    met_on = Day(_l("Rencontré le"), **_DAY)
    decider = text(_l("Prénom et nom du décideur"), 160)
    decider_function = text(_l("Sa fonction"), 120)
    need = area(_l("Un besoin"), size=2000)
    need_kind = SelectField(_l("De quelle nature ?"))
    willingness = SelectField(_l("Où en est ce partenaire ?"))
    what = text(_l("Une ligne de la feuille de route : quoi"), 300)
    ours = SelectField(_l("Qui chez nous"))
    due_on = Day(_l("Pour quand"), validators=[Optional()])
    without_budget = BooleanField(_l("Sans budget"))
    cost = text(_l("Ou une dépense"), 200)
    amount = Euros(_l("Montant (euros)"))
    agreed_by = text(_l("Qui a donné son accord chez le partenaire"), 160)
    agreed_on = Day(_l("Accord donné le"), **_DAY)
    signed_kind = SelectField(_l("Ce qui est signé"))
    signed_on = Day(_l("Signé le"), **_DAY)
    signed_note = text(_l("Précision"), 300)
    signed_exchange = SelectField(_l("L'échange où l'e-mail est joint"))
    our_pilot = SelectField(_l("Pilote chez nous"))
    their_pilot = text(_l("Pilote chez le partenaire"), 160)
    indicator = text(_l("Un indicateur"), 200)
    indicator_target = text(_l("Sa cible"), 200)
    launched = text(_l("L'action lancée"), 200)
    launched_kind = SelectField(_l("Type d'action"))
    launched_on = Day(_l("Lancée le"), **_DAY)
    reason = area(
        _l("Passer outre : pour quelle raison ?"),
        help=_l("Elle reste lisible sur la carte, pour toujours."),
        size=LONGEST_REASON,
    )

    def __init__(
        self, *args: Any, missing: Collection[Proof], choices: Choices, size: SizeClass | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        kept = {name for proof in missing for name in FIELDS[proof]} | ({"reason"} if missing else set())
        for name in [one.name for one in self]:
            if name not in kept:
                del self[name]
        nobody = [("", gettext("Personne")), *((str(key), name) for key, name in choices.people)]
        exchanges = exchange_options(choices.exchanges)
        willing = (Willingness.INTERESTED, Willingness.COMMITTED)
        for name, offered in (
            *((one, nobody) for one in ("pilot", "ours", "our_pilot")),
            ("aimed", options(ActionKind, gettext("Aucune"))),
            ("launched_kind", options(ActionKind)),
            ("need_kind", options(NeedKind)),
            ("willingness", [("", gettext("Pas encore dit")), *((one.value, gettext(one.label)) for one in willing)]),
            (
                "signed_kind",
                [("", gettext("Rien")), *((one.value, gettext(one.label)) for one in offered_evidence(size))],
            ),
            ("signed_exchange", exchanges),
        ):
            if name in self:
                field: Any = self[name]
                field.choices = offered

    def values(self) -> dict[str, Any]:
        """What was typed, by name; amounts in cents."""
        return {one.name: one.cents if isinstance(one, Euros) else one.data for one in self if one.name != "reason"}

    @property
    def why(self) -> str:
        """The reason for passing over."""
        return (self.reason.data or "") if "reason" in self else ""


#: What a card may do besides moving on, in the order of the form.
OTHERS = (
    MoveKind.BACK,
    MoveKind.PAUSED,
    MoveKind.RESUMED,
    MoveKind.ABANDONED,
    MoveKind.FINISHED,
    MoveKind.REOPENED,
)
_SAID = {
    MoveKind.BACK: _l("Revenir à une étape"),
    MoveKind.PAUSED: _l("Mettre en pause"),
    MoveKind.RESUMED: _l("Reprendre après la pause"),
    MoveKind.ABANDONED: _l("Abandonner"),
    MoveKind.FINISHED: _l("Terminer"),
    MoveKind.REOPENED: _l("Rouvrir"),
}


class ChangeForm(BaseForm):
    """Back, pause, resume, abandon, finish, reopen."""

    kind = RadioField(_l("Que voulez-vous faire ?"), validators=[Chosen(_l("Choisissez une action."))])
    step = SelectField(_l("Revenir à l'étape"))
    until = Day(_l("En pause jusqu'au"), validators=[Optional()])
    reason = area(
        _l("Pour quelle raison ?"), help=_l("Nécessaire pour revenir en arrière ou abandonner."), size=LONGEST_REASON
    )

    def __init__(self, *args: Any, kinds: Collection[MoveKind], steps: Collection[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(one.value, _SAID[one]) for one in OTHERS if one in kinds]
        self.step.choices = [
            ("", gettext("Choisir")),
            *((str(one), f"{one} · {gettext(STEP_NAMES[one])}") for one in steps),
        ]

    def asked(self) -> Asked:
        """What was asked for; only after `accepted()`."""
        kind = MoveKind(self.kind.data)
        step = int(self.step.data) if kind is MoveKind.BACK and self.step.data else None
        until = self.until.data if kind is MoveKind.PAUSED else None
        return Asked(kind, step, reason=self.reason.data or "", until=until)
