"""The form of a need."""

from datetime import date
from typing import Any

from flask_babel import format_date, gettext
from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectField, TextAreaField
from wtforms.validators import Optional

from crm.partners.enums import NeedKind, NeedState
from crm.partners.models import Need
from crm.partners.needs.services import NeedData
from crm.web.forms import AtMost, BaseForm, Chosen, Required, strip

LONGEST_WORDING = 2000


class NeedForm(BaseForm):
    """What a partner needs, and when."""

    kind = RadioField(_l("Quel besoin ?"), validators=[Chosen(_l("Choisissez un besoin."))])
    wording = TextAreaField(
        _l("En quelques mots"),
        description=_l("Sans nommer de salarié : « deux vendeurs pour les marchés de Noël »."),
        filters=[strip],
        validators=[Required(), AtMost(LONGEST_WORDING)],
        render_kw={"rows": 3},
    )
    horizon_on = DateField(_l("Pour le"), validators=[Optional()])
    season_month = SelectField(_l("Ou chaque année en"))
    state = SelectField(_l("Où en est-on ?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(kind.value, gettext(kind.label)) for kind in NeedKind]
        self.season_month.choices = [
            ("", gettext("Pas de saison")),
            *((str(month), month_name(month)) for month in range(1, 13)),
        ]
        self.state.choices = [(state.value, gettext(state.label)) for state in NeedState]
        self.state.flags.required = True  # the screen says "facultatif" of the others

    def need(self) -> NeedData:
        """The need typed; only after `accepted()`."""
        return NeedData(
            kind=NeedKind(self.kind.data),
            wording=self.wording.data or "",
            horizon_on=self.horizon_on.data,
            season_month=int(self.season_month.data) if self.season_month.data else None,
            state=NeedState(self.state.data),
        )


def month_name(month: int) -> str:
    """« avril », in the language of the screen."""
    return str(format_date(date(2026, month, 1), "LLLL"))


def need_values(need: Need) -> dict[str, Any]:
    """A need as the form shows it."""
    return {
        "kind": need.kind.value,
        "wording": need.wording,
        "horizon_on": need.horizon_on,
        "season_month": str(need.season_month or ""),
        "state": need.state.value,
    }
