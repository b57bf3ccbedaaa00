"""The shape of an exchange as it is typed. Whether it may stand is for the services."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs of WTForms

from crm.interactions import rules
from crm.interactions.enums import Direction, InteractionKind, Nature
from crm.interactions.services import LONGEST_REPORT, FollowUp, InteractionData
from crm.partners.models import Contact
from crm.reminders.rules import Delay, next_due
from crm.reminders.services import LONGEST
from crm.web.forms import AtMost, BaseForm, Chosen, Required, strip

#: Kinds that stand in sight; the others are one tap further.
USUAL_KINDS = (InteractionKind.VISIT, InteractionKind.CALL, InteractionKind.EMAIL)
#: The two other answers to « Pour quand ? ».
OTHER_DAY, NOTHING = "other_day", "nothing"


def one_line_end(value: object) -> object:
    """Line ends as one character: browsers send two, which would count double."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


class _Moment(DateTimeLocalField):
    """A day and an hour, with a sentence of ours when they cannot be read."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("Date et heure à revoir, par exemple 22/11/2026 14:05.")) from None


class _Day(DateField):
    """A day or nothing, with a sentence of ours when it cannot be read."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([typed for typed in valuelist if typed.strip()])
        except ValueError:
            raise ValueError(gettext("Date à revoir, par exemple 22/11/2026.")) from None


class InteractionForm(BaseForm):
    """An exchange with one partner, and what follows from it."""

    kind = RadioField(_l("Type d'échange"), coerce=InteractionKind, validators=[Chosen()])
    contact = SelectField(_l("Avec"), validate_choice=False, filters=[strip])
    report = TextAreaField(
        _l("Ce qui s'est dit"),
        description=_l("Des faits utiles au travail, sans donnée de santé : la personne peut les lire."),
        filters=[one_line_end, strip],
        validators=[Required(), AtMost(LONGEST_REPORT)],
        render_kw={"rows": 4},
    )
    todo = StringField(_l("À faire"), filters=[strip], validators=[AtMost(LONGEST)])
    due = RadioField(_l("Pour quand"), validators=[Chosen()])
    due_on = _Day(_l("Autre date"), format=["%Y-%m-%d", "%d/%m/%Y"])
    held_at = _Moment(
        _l("Date et heure"),
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M"],
        validators=[Chosen(_l("Indiquez le jour et l'heure."))],
    )
    direction = RadioField(_l("Qui a fait le pas"), coerce=Direction, validators=[Chosen()])
    nature = RadioField(
        _l("Nature"),
        description=_l("Seules nos demandes comptent comme des sollicitations."),
        coerce=Nature,
        validators=[Chosen()],
    )
    shared = BooleanField(
        _l("Partager ce texte avec les autres structures"),
        description=_l("Sans cela, elles ne voient que la date et le type de l'échange."),
    )

    def __init__(self, *args: Any, people: Sequence[Contact] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in (self.todo, self.due_on):
            field.flags.required = True  # unless the choice of the day makes them vain: not « facultatif »
        self.kind.choices = [SelectChoice(kind.value, gettext(kind.label)) for kind in InteractionKind]
        self.direction.choices = [SelectChoice(way.value, gettext(way.label)) for way in Direction]
        self.nature.choices = [SelectChoice(nature.value, gettext(nature.label)) for nature in Nature]
        self.due.choices = [
            *(SelectChoice(delay.value, gettext(delay.label)) for delay in Delay),
            SelectChoice(OTHER_DAY, gettext("autre date")),
            SelectChoice(NOTHING, gettext("rien à faire")),
        ]
        self.contact.choices = [
            SelectChoice("", gettext("Personne en particulier")),
            *(SelectChoice(person.public_id, _introduced(person)) for person in people),
        ]

    def validate_held_at(self, field: _Moment) -> None:
        """A mistyped year would not be an instant at all."""
        if field.data is not None and field.data < rules.EARLIEST:
            raise ValidationError(gettext("Cette date est trop ancienne : 01/01/1990 au plus tôt."))

    def validate_due_on(self, field: _Day) -> None:
        """« Autre date » asks for the date; otherwise what stands there does not count."""
        if self.due.data != OTHER_DAY:
            field.errors = []
        elif field.data is None and not field.errors:
            raise ValidationError(gettext("Choisissez le jour."))

    def to_data(self, today: date) -> InteractionData:
        """The accepted exchange as the services know it; presets of the due day are counted from `today`."""
        held_at = self.held_at.data
        if held_at is None:
            raise ValueError("not an accepted form")
        return InteractionData(
            kind=self.kind.data,
            direction=self.direction.data,
            nature=self.nature.data,
            held_at=rules.instant_in_paris(held_at),
            report=self.report.data or "",
            contact=self.contact.data or None,
            shared=self.shared.data,
            follow_up=self._follow_up(today),
        )

    def _follow_up(self, today: date) -> FollowUp | None:
        if self.due.data == NOTHING:
            return None
        day = self.due_on.data if self.due.data == OTHER_DAY else next_due(today, Delay(self.due.data))
        if day is None:
            raise ValueError("not an accepted form")
        return FollowUp(what=self.todo.data or "", due_on=day)


def preset(now: datetime, people: Sequence[Contact], *, plans: bool) -> dict[str, Any]:
    """What a new form holds: a visit, now, with the main contact; a call back in a week for who may plan."""
    main = next((person for person in people if person.is_main), people[0] if len(people) == 1 else None)
    return {
        "kind": InteractionKind.VISIT,
        "contact": main.public_id if main else "",
        "todo": gettext("Relancer") if plans else "",
        "due": Delay.IN_7_DAYS.value if plans else NOTHING,
        "held_at": rules.wall_clock_in_paris(now),
        "direction": Direction.OURS,
        "nature": Nature.FOLLOW_UP,
    }


def _introduced(person: Contact) -> str:
    if not person.function:
        return person.full_name
    return str(gettext("%(name)s, %(function)s", name=person.full_name, function=person.function))
