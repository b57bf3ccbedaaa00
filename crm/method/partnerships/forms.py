"""The forms of a partnership: its own facts, and its entrance."""

from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField
from wtforms.validators import Optional

from crm.method.enums import STEP_NAMES, MoveKind
from crm.method.forms import area, key_of, offer, text
from crm.method.gates import Asked
from crm.method.models import Partnership
from crm.method.partnerships.services import PartnershipData
from crm.method.parts.queries import Choices
from crm.web.forms import BaseForm, Chosen, Day


class PartnershipForm(BaseForm):
    """Preparation, agreement, pilots: what each step of a partnership asks of it."""

    owner_id = SelectField(_l("Responsable"))
    role = text(_l("Rôle dans le projet"), 100, help=_l("Employeur, financeur, réseau…"))
    known_activity = area(_l("Préparation : son activité"))
    known_needs = area(_l("Préparation : ses besoins"))
    known_priorities = area(_l("Préparation : ses priorités"))
    without_budget = BooleanField(_l("Sans budget"))
    shared_with = text(_l("Autres structures qui partagent la feuille de route"), 500)
    agreed_by_id = SelectField(_l("Accord donné par"))
    agreed_by = text(_l("Ou par une autre personne"), 160)
    agreed_on = Day(_l("Accord donné le"), validators=[Optional()])
    our_pilot_id = SelectField(_l("Pilote chez nous"))
    their_pilot_id = SelectField(_l("Pilote chez le partenaire"))
    their_pilot = text(_l("Ou une autre personne chez le partenaire"), 160)
    coordination = text(_l("Instance de coordination"), 300, help=_l("Comité de pilotage, réunion trimestrielle…"))

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nobody = ("", gettext("Personne"))
        people = [nobody, *((str(key), name) for key, name in choices.people)]
        contacts = [nobody, *((str(key), name) for key, name in choices.contacts)]
        for name, offered in (
            ("owner_id", people),
            ("our_pilot_id", people),
            ("agreed_by_id", contacts),
            ("their_pilot_id", contacts),
        ):
            offer(self[name], offered)

    def partnership(self) -> PartnershipData:
        """What was typed; only after `accepted()`."""
        values: dict[str, Any] = {}
        texts = ("role", "known_activity", "known_needs", "known_priorities", "shared_with", "agreed_by")
        keys = ("owner_id", "agreed_by_id", "our_pilot_id", "their_pilot_id")
        values |= {name: self[name].data or "" for name in texts}
        values |= {name: key_of(self[name]) for name in keys}
        return PartnershipData(
            without_budget=bool(self.without_budget.data),
            agreed_on=self.agreed_on.data,
            their_pilot=self.their_pilot.data or "",
            coordination=self.coordination.data or "",
            **values,
        )


def partnership_values(card: Partnership) -> dict[str, Any]:
    """A partnership as the form shows it."""
    values = {name: getattr(card, name) for name in PartnershipData.__slots__}
    return {name: str(value or "") if name.endswith("_id") else value for name, value in values.items()}


class EnterForm(BaseForm):
    """A partner enters a project: at step 4, or taken over further on."""

    project = SelectField(_l("Projet"), validators=[Chosen(_l("Choisissez un projet."))])
    step = SelectField(
        _l("Étape"), description=_l("À partir de 5, ou pour un partenaire déjà connu : c'est une reprise.")
    )
    taken_over_on = Day(
        _l("Repris le"), validators=[Optional()], description=_l("Pour une reprise : depuis quand cela dure.")
    )
    owner = SelectField(_l("Responsable"))
    role = text(_l("Rôle dans le projet"), 100)
    reason = text(
        _l("Passer outre : pour quelle raison ?"),
        500,
        help=_l("Si votre structure demande que le projet ait passé l'étape 3."),
    )

    def __init__(
        self, *args: Any, projects: list[tuple[str, str]], people: list[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        portfolio = ("portefeuille", gettext("Portefeuille existant (reprise)"))
        self.project.choices = [*projects, portfolio]
        self.step.choices = [(str(one), f"{one} · {gettext(STEP_NAMES[one])}") for one in range(4, 8)]
        self.owner.choices = [("", gettext("Personne")), *((str(key), name) for key, name in people)]
        self.step.flags.required = self.project.flags.required = True

    def asked(self, today: date) -> Asked:
        """An entrance at step 4, or a reprise; only after `accepted()`."""
        step = int(self.step.data)
        if step > 4 or self.taken_over_on.data or self.project.data == "portefeuille":
            return Asked(MoveKind.TAKEN_OVER, step, taken_over_on=self.taken_over_on.data or today)
        return Asked(MoveKind.ENTERED, step, accepts=True, reason=self.reason.data or "")
