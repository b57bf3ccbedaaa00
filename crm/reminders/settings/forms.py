"""The form of the reminders' settings: its fields are those of the nudges that are registered."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, IntegerField
from wtforms.validators import InputRequired

from crm.reminders.nudges import Nudge, Setting, registered
from crm.reminders.settings.queries import Chosen
from crm.reminders.workdays import read_weekdays, write_weekdays
from crm.web.forms import BaseForm, Between

_DAYS = (_l("lundi"), _l("mardi"), _l("mercredi"), _l("jeudi"), _l("vendredi"), _l("samedi"), _l("dimanche"))
_LONGEST = 400


def _whole(label: str, least: int, most: int, help_text: str = "") -> IntegerField:
    sentence = _l("Un nombre entier de %(min)s à %(max)s.", min=least, max=most)
    checks = [InputRequired(sentence), Between(least, most, sentence)]
    return IntegerField(label, validators=checks, description=help_text, render_kw={"inputmode": "numeric"})


class _Choices(BaseForm):
    """What does not depend on the nudges."""

    day_0 = BooleanField(_DAYS[0])
    day_1 = BooleanField(_DAYS[1])
    day_2 = BooleanField(_DAYS[2])
    day_3 = BooleanField(_DAYS[3])
    day_4 = BooleanField(_DAYS[4])
    day_5 = BooleanField(_DAYS[5])
    day_6 = BooleanField(_DAYS[6])
    solicitation_days = _whole(
        _l("Une demande compte comme récente pendant (jours)"),
        1,
        365,
        _l("« Déjà sollicité » prévient avant une nouvelle demande au même partenaire."),
    )
    solicitation_threshold = _whole(
        _l("Demandes par trimestre au-delà desquelles un partenaire est assez sollicité"), 1, 99
    )

    @property
    def day_fields(self) -> list[Field]:
        """The seven boxes, Monday first."""
        return [self[f"day_{number}"] for number in range(7)]

    @property
    def nudge_fields(self) -> list[tuple[Nudge, Field, Field]]:
        """Of each nudge: its box and its delay."""
        return [(one.nudge, self[_name("on", one.nudge)], self[_name("delay", one.nudge)]) for one in registered()]

    def chosen(self) -> Chosen:
        """What was typed; only after `accepted()`."""
        return Chosen(
            working_days=write_weekdays([n for n, box in enumerate(self.day_fields) if box.data]),
            solicitation_days=self.solicitation_days.data or 0,
            solicitation_threshold=self.solicitation_threshold.data or 0,
            nudges={nudge.key: Setting(bool(on.data), delay.data or 0) for nudge, on, delay in self.nudge_fields},
        )


def _name(kind: str, nudge: Nudge) -> str:
    return f"{kind}_{nudge.key.replace('.', '_')}"


def settings_form() -> type[_Choices]:
    """The class of the form, with a box and a delay for each nudge."""
    fields: dict[str, Any] = {}
    for one in registered():
        label = gettext(one.nudge.label)
        fields[_name("on", one.nudge)] = BooleanField(label, description=gettext(one.nudge.help))
        fields[_name("delay", one.nudge)] = _whole(_l("Délai de « %(what)s » (jours)", what=label), 0, _LONGEST)
    return type("SettingsForm", (_Choices,), fields)


def values_of(chosen: Chosen) -> dict[str, Any]:
    """What holds, as the form shows it."""
    values: dict[str, Any] = {f"day_{day}": True for day in read_weekdays(chosen.working_days)}
    values["solicitation_days"] = chosen.solicitation_days
    values["solicitation_threshold"] = chosen.solicitation_threshold
    for one in registered():
        setting = chosen.nudges[one.nudge.key]
        values[_name("on", one.nudge)] = setting.enabled
        values[_name("delay", one.nudge)] = setting.delay_days
    return values
