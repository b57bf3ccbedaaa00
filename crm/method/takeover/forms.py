"""The form of a reprise of many partners."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import Optional

from crm.method.enums import STEP_NAMES
from crm.web.forms import BaseForm, Day


class TakeOverForm(BaseForm):
    """At which step, since when, by whom."""

    step = SelectField(_l("Étape où ils en sont"))
    taken_over_on = Day(_l("Repris le"), validators=[Optional()], description=_l("Vide : aujourd'hui."))
    owner = SelectField(_l("Responsable"))

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.step.choices = [(str(one), f"{one} · {gettext(STEP_NAMES[one])}") for one in range(4, 8)]
        self.owner.choices = [("", gettext("Personne")), *((str(key), name) for key, name in people)]
        self.step.flags.required = True
