"""The shape of an exchange as it is typed. Whether it may stand is for the services."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs of WTForms
from wtforms.widgets import CheckboxInput, ListWidget

from crm.accounts.queries import Colleague
from crm.interactions import grid, rules
from crm.interactions.enums import CallResult, Direction, InteractionKind, Nature, Purpose
from crm.interactions.models import Interaction
from crm.interactions.services import LONGEST_PLACE, LONGEST_REPORT, FollowUp, InteractionData
from crm.interactions.sheets.queries import Person
from crm.reminders.rules import Delay, next_due
from crm.reminders.services import LONGEST
from crm.web.forms import AtMost, BaseForm, Chosen, Day, strip
from crm.wording import Labelled

#: Kinds that stand in sight; the others are one tap further.
USUAL_KINDS = (InteractionKind.VISIT, InteractionKind.CALL, InteractionKind.EMAIL)
#: The two other answers to « Pour quand ? ».
OTHER_DAY, NOTHING = "other_day", "nothing"
#: Before the key of a question of the grid, in the name of its field.
GRID = "grid_"


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


class _Minutes(IntegerField):
    """A number of minutes or nothing."""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = "".join(valuelist).strip()
        if not typed:
            self.data = None
        elif typed.isascii() and typed.isdigit() and len(typed) < 6:
            self.data = int(typed)
        else:
            self.data = None
            raise ValueError(gettext("Indiquez un nombre de minutes, par exemple 45."))


class _Many(SelectMultipleField):
    """Boxes to tick. The page that shows two versions sends them back in one text, with commas."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([one for typed in valuelist for one in typed.split(",") if one])

    def _value(self) -> str:
        return ",".join(str(one) for one in self.data or ())


def _maybe(kind: type[Labelled]) -> Any:
    """A value of that kind, or None for nothing chosen."""
    return lambda value: kind(value) if value else None


class ExchangeForm(BaseForm):
    """What is said of an exchange with one partner. The questions of the grid are added below."""

    kind = RadioField(_l("Type d'échange"), coerce=InteractionKind, validators=[Chosen()])
    contact = SelectField(_l("Avec"), validate_choice=False, filters=[strip])
    report = TextAreaField(
        _l("Ce qui s'est dit"),
        description=_l("Des faits utiles au travail, sans donnée de santé : la personne peut les lire."),
        filters=[one_line_end, strip],
        validators=[AtMost(LONGEST_REPORT)],
        render_kw={"rows": 4},
    )
    promises = TextAreaField(
        _l("Ce que chacun a promis"),
        filters=[one_line_end, strip],
        validators=[AtMost(LONGEST_REPORT)],
        render_kw={"rows": 2},
    )
    held_at = _Moment(
        _l("Date et heure"),
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M"],
        validators=[Chosen(_l("Indiquez le jour et l'heure."))],
    )
    duration_minutes = _Minutes(_l("Durée en minutes"), render_kw={"inputmode": "numeric", "min": 1, "max": 1440})
    place = StringField(_l("Lieu"), filters=[strip], validators=[AtMost(LONGEST_PLACE)])
    result = SelectField(_l("Résultat de l'appel"), coerce=_maybe(CallResult))
    purpose = SelectField(_l("Objet du partenariat"), coerce=_maybe(Purpose))
    others = _Many(_l("Autres personnes rencontrées"), validate_choice=False)
    colleagues = _Many(_l("Collègues présents"), coerce=int, validate_choice=False)
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

    def __init__(
        self, *args: Any, people: Sequence[Person] = (), colleagues: Sequence[Colleague] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.report.flags.required = True  # unless it is a meeting to come or the result of a call
        self.kind.choices = _choices(InteractionKind)
        self.direction.choices = _choices(Direction)
        self.nature.choices = _choices(Nature)
        self.purpose.choices = [SelectChoice("", gettext("Non précisé")), *_choices(Purpose)]
        self.result.choices = [SelectChoice("", gettext("Non précisé")), *_choices(CallResult)]
        self.contact.choices = [
            SelectChoice("", gettext("Personne en particulier")),
            *(SelectChoice(person.public_id, introduced(person)) for person in people),
        ]
        self.others.choices = [SelectChoice(person.public_id, introduced(person)) for person in people]
        self.colleagues.choices = [SelectChoice(one.id, one.name) for one in colleagues]

    def validate_held_at(self, field: _Moment) -> None:
        """A mistyped year would not be an instant at all."""
        if field.data is not None and field.data < rules.EARLIEST:
            raise ValidationError(gettext("Cette date est trop ancienne : 01/01/1990 au plus tôt."))

    def exchange(self, *, follow_up: FollowUp | None = None) -> InteractionData:
        """The accepted exchange as the services know it."""
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
            follow_up=follow_up,
            duration_minutes=self.duration_minutes.data,
            place=self.place.data or "",
            purpose=self.purpose.data,
            result=self.result.data,
            promises=self.promises.data or "",
            others=tuple(self.others.data or ()),
            colleagues=tuple(self.colleagues.data or ()),
            answers={key: self[GRID + key].data or "" for key in grid.KEYS},
        )

    @property
    def has_grid_errors(self) -> bool:
        """Whether an answer of the grid is to be mended: its fold is then open."""
        return any(self[GRID + key].errors for key in grid.KEYS)


for _part in grid.PARTS:
    for _question in _part.questions:
        setattr(
            ExchangeForm,
            GRID + _question.key,
            TextAreaField(
                _l(_question.text),
                filters=[one_line_end, strip],
                validators=[AtMost(grid.LONGEST_ANSWER)],
                render_kw={"rows": 2},
            ),
        )


class InteractionForm(ExchangeForm):
    """A new exchange, what follows from it, and the files that come with it."""

    todo = StringField(_l("À faire"), filters=[strip], validators=[AtMost(LONGEST)])
    due = RadioField(_l("Pour quand"), validators=[Chosen()])
    due_on = Day(_l("Autre date"))
    documents = MultipleFileField(
        _l("Documents"), description=_l("PDF, photo JPEG ou PNG, DOCX, XLSX : 10 Mo au plus par fichier.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in (self.todo, self.due_on):
            field.flags.required = True  # unless the choice of the day makes them vain: not « facultatif »
        self.due.choices = due_choices()

    def validate_due_on(self, field: Day) -> None:
        """« Autre date » asks for the date; otherwise what stands there does not count."""
        if self.due.data != OTHER_DAY:
            field.errors = []
        elif field.data is None and not field.errors:
            raise ValidationError(gettext("Choisissez le jour."))

    def to_data(self, today: date) -> InteractionData:
        """The accepted exchange as the services know it; presets of the due day are counted from `today`."""
        return self.exchange(follow_up=self._follow_up(today))

    def _follow_up(self, today: date) -> FollowUp | None:
        day = due_day(self.due.data, self.due_on.data, today)
        return None if day is None else FollowUp(what=self.todo.data or "", due_on=day)


class CallForm(BaseForm):
    """How a call ended: one tap on a result. « Rappeler le » takes the day chosen."""

    result = RadioField(
        _l("Résultat"), coerce=CallResult, validators=[Chosen(_l("Choisissez comment l'appel a fini."))]
    )
    contact = SelectField(_l("Avec"), validate_choice=False, filters=[strip])
    note = StringField(_l("Une ligne, si besoin"), filters=[strip], validators=[AtMost(200)])
    due = RadioField(_l("Rappeler"), default=Delay.TOMORROW.value)
    due_on = Day(_l("Autre date"))

    def __init__(self, *args: Any, people: Sequence[Person] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.result.choices = _choices(CallResult)
        self.due.choices = [choice for choice in due_choices() if choice.value != NOTHING]
        self.contact.choices = [
            SelectChoice("", gettext("Personne en particulier")),
            *(SelectChoice(person.public_id, introduced(person)) for person in people),
        ]

    def validate_due_on(self, field: Day) -> None:
        """Only « Rappeler le » looks at the day."""
        if self.result.data is not CallResult.CALL_BACK or self.due.data != OTHER_DAY:
            field.errors = []
        elif field.data is None and not field.errors:
            raise ValidationError(gettext("Choisissez le jour."))

    def call_back_on(self, today: date) -> date | None:
        """The day to call back; None for the other results."""
        if self.result.data is not CallResult.CALL_BACK:
            return None
        return due_day(self.due.data, self.due_on.data, today)


def due_choices() -> list[SelectChoice]:
    """The answers to « Pour quand ? »."""
    return [
        *_choices(Delay),
        SelectChoice(OTHER_DAY, gettext("autre date")),
        SelectChoice(NOTHING, gettext("rien à faire")),
    ]


def due_day(chosen: str | None, other: date | None, today: date) -> date | None:
    """The day that an accepted form asks for; None for « rien à faire »."""
    if chosen == NOTHING or chosen is None:
        return None
    day = other if chosen == OTHER_DAY else next_due(today, Delay(chosen))
    if day is None:
        raise ValueError("not an accepted form")
    return day


def preset(now: datetime, people: Sequence[Person], *, plans: bool, meeting: bool = False) -> dict[str, Any]:
    """
    What a new form holds: a visit, now, with the main contact; a call back in a week for who may plan.

    `meeting`: an appointment to come, and nothing else to do.
    """
    main = next((person for person in people if person.is_main), people[0] if len(people) == 1 else None)
    follows = plans and not meeting
    return {
        "kind": InteractionKind.APPOINTMENT if meeting else InteractionKind.VISIT,
        "contact": main.public_id if main else "",
        "todo": gettext("Relancer") if follows else "",
        "due": Delay.IN_7_DAYS.value if follows else NOTHING,
        "held_at": rules.likely_meeting(now) if meeting else rules.wall_clock_in_paris(now),
        "direction": Direction.OURS,
        "nature": Nature.FOLLOW_UP,
    }


def exchange_values(interaction: Interaction, people: Mapping[int, str]) -> dict[str, Any]:
    """What the form to change an exchange holds; `people` are public ids of contacts by identifier."""
    answers = {GRID + answer.question: answer.answer for answer in interaction.answers}
    met = [one.contact_id for one in interaction.participants if one.contact_id is not None]
    return answers | {
        "kind": interaction.kind,
        "contact": people.get(interaction.contact_id or 0, ""),
        "report": interaction.report,
        "promises": interaction.promises,
        "held_at": rules.wall_clock_in_paris(interaction.held_at),
        "duration_minutes": interaction.duration_minutes,
        "place": interaction.place,
        "result": interaction.result,
        "purpose": interaction.purpose,
        "others": [people[key] for key in met if key in people],
        "colleagues": [one.user_id for one in interaction.participants if one.user_id is not None],
        "direction": interaction.direction,
        "nature": interaction.nature,
        "shared": interaction.shared,
    }


def introduced(person: Person) -> str:
    """« Claire Vasseur, gérante »."""
    if not person.function:
        return person.name
    return str(gettext("%(name)s, %(function)s", name=person.name, function=person.function))


def _choices(kind: type[Labelled]) -> list[SelectChoice]:
    return [SelectChoice(one.value, gettext(one.label)) for one in kind]
