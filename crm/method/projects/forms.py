"""The forms of a project: what it is, its strategy, its debate, its approval, its copy."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, SelectMultipleField
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from crm.method.enums import ActionKind, Contracting
from crm.method.forms import area, key_of, offer, options, text
from crm.method.models import Initiative
from crm.method.projects.models import Strategy, StrategyAction
from crm.method.projects.services import StrategyData
from crm.method.services import InitiativeData, Place
from crm.web.forms import BaseForm, Between, Day, Required

#: Types of actions that a strategy ranks on its form.
RANKS = 3


def lines_of(value: str | None) -> tuple[str, ...]:
    """One thing a line, empty ones left out."""
    return tuple(line.strip()[:150] for line in (value or "").splitlines() if line.strip())


class ProjectForm(BaseForm):
    """What a project is about."""

    title = text(_l("Titre"), 200, required=True)
    places = area(
        _l("Territoire"),
        help=_l("Un lieu par ligne : une commune, une intercommunalité, une zone d'activités."),
        size=2000,
    )
    trades = area(
        _l("Métiers (ROME)"), help=_l("Un par ligne : son code, ou des mots comme « aide de cuisine »."), size=1000
    )
    sector = text(_l("Secteur d'activité"), 200)
    pilot = SelectField(_l("Pilote"))
    units = SelectMultipleField(
        _l("Pôles concernés"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    other_structures = text(_l("Autres structures associées"), 500, help=_l("Pour une démarche mutualisée."))
    horizon_on = Day(_l("Horizon"), validators=[Optional()])

    def __init__(self, *args: Any, people: list[tuple[int, str]], units: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.trades.render_kw = {"rows": 2, "data-suggest": "trades", "autocomplete": "off"}
        offer(self.pilot, [("", gettext("Personne")), *((str(key), name) for key, name in people)])
        self.units.choices = [(str(key), name) for key, name in units]

    def project(self, places: tuple[Place, ...], trades: tuple[str, ...]) -> InitiativeData:
        """What was typed, with what its words mean; only after `accepted()`."""
        return InitiativeData(
            title=self.title.data or "",
            sector=self.sector.data or "",
            places=places,
            trades=trades,
            units=tuple(int(key) for key in self.units.data or ()),
            pilot_id=key_of(self.pilot),
            other_structures=self.other_structures.data or "",
            horizon_on=self.horizon_on.data,
        )


def project_values(initiative: Initiative, trades: list[str]) -> dict[str, Any]:
    """A project as the form shows it."""
    return {
        "title": initiative.title,
        "places": "\n".join(one.name for one in initiative.places),
        "trades": "\n".join(trades),
        "sector": initiative.sector,
        "pilot": str(initiative.pilot_id or ""),
        "units": [str(one.unit_id) for one in initiative.units],
        "other_structures": initiative.other_structures,
        "horizon_on": initiative.horizon_on,
    }


class StrategyForm(BaseForm):
    """What was decided from both analyses."""

    priorities = area(_l("Enjeux prioritaires du territoire"))
    years = IntegerField(
        _l("Dans combien d'années ?"),
        validators=[Optional(), Between(1, 30, message=_l("Un nombre d'années, de 1 à 30."))],
        render_kw={"inputmode": "numeric"},
    )
    if_nothing_changes = area(_l("Où en serons-nous alors, si rien ne change ?"))
    offer = area(_l("Pré-projet : l'offre de service"), help=_l("On se présente en offreur, pas en demandeur."))
    difference = area(_l("Pré-projet : ce qui nous distingue"))
    resources = area(_l("Pré-projet : les ressources"))
    first = SelectField(_l("Première action visée"))
    second = SelectField(_l("Deuxième action visée"))
    third = SelectField(_l("Troisième action visée"))
    logics = SelectMultipleField(
        _l("Logique de contractualisation"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    lifted = area(_l("Contraintes levées"))
    created = area(_l("Contraintes créées"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in (self.first, self.second, self.third):
            field.choices = options(ActionKind, gettext("Aucune"))
        self.logics.choices = options(Contracting)

    def strategy(self) -> StrategyData:
        """What was typed; only after `accepted()`."""
        texts = ("priorities", "if_nothing_changes", "offer", "difference", "resources", "lifted", "created")
        return StrategyData(
            years=self.years.data,
            logics=",".join(self.logics.data or ()),
            **{name: self[name].data or "" for name in texts},
        )

    def actions(self) -> tuple[ActionKind, ...]:
        """The types aimed at, the first one first."""
        return tuple(ActionKind(one.data) for one in (self.first, self.second, self.third) if one.data)


def strategy_values(strategy: Strategy | None, aimed: list[StrategyAction]) -> dict[str, Any]:
    """A strategy as the form shows it."""
    ranks = dict(zip(("first", "second", "third"), (one.kind.value for one in aimed), strict=False))
    if strategy is None:
        return ranks
    names = ("priorities", "years", "if_nothing_changes", "offer", "difference", "resources", "lifted", "created")
    return (
        ranks
        | {name: getattr(strategy, name) for name in names}
        | {"logics": [one for one in strategy.logics.split(",") if one]}
    )


class DebateForm(BaseForm):
    """When the internal analysis was debated, and with whom."""

    debated_on = Day(_l("Débattu le"), validators=[Required()])
    debated_with = text(_l("Avec qui"), 300, required=True, help=_l("Professionnels, salariés, administrateurs."))


class ApprovalForm(BaseForm):
    """Who approved the strategy, and when."""

    approved_by = text(_l("Validé par"), 200, required=True, help=_l("Le conseil d'administration, le bureau…"))
    approved_on = Day(_l("Le"), validators=[Required()])


class CopyForm(BaseForm):
    """The title of a project made after another."""

    title = text(_l("Titre du nouveau projet"), 200, required=True)
