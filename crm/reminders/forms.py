"""The forms of things to do."""

from collections.abc import Collection
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import Optional

from crm.accounts.queries import Colleague
from crm.reminders.rules import Delay, next_due
from crm.web.forms import AtMost, BaseForm, Chosen, Day, Required, strip

#: Why something is put off, in one tap. The words typed come first when there are some.
REASONS = (
    _l("Pas eu le temps"),
    _l("Personne à joindre absente"),
    _l("Le partenaire a demandé plus tard"),
    _l("En attente d'une réponse"),
)


class PostponeForm(BaseForm):
    """To which day, and why. `delay` is a button, `due_on` a day typed."""

    delay = SelectField(_l("Reporter"), validators=[Optional()])
    due_on = Day(_l("Ou au"))
    reason = SelectField(_l("Raison"), validators=[Optional()])
    words = StringField(_l("Autre raison"), filters=[strip], validators=[AtMost(200)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.delay.choices = [("", ""), *((one.value, gettext(one.label)) for one in Delay)]
        self.reason.choices = [(str(one), str(one)) for one in REASONS]

    def day(self, today: date) -> date | None:
        """The day chosen: the one typed before the preset."""
        if self.due_on.data:
            chosen: date = self.due_on.data
            return chosen
        return next_due(today, Delay(self.delay.data)) if self.delay.data else None

    def why(self) -> str:
        """The reason, in the language in which it was chosen."""
        return self.words.data or self.reason.data or ""


class GiveForm(BaseForm):
    """To whom."""

    assignee = SelectField(_l("Confier à"), validators=[Chosen(_l("Choisissez une personne."))])

    def __init__(self, *args: Any, people: Collection[Colleague] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.assignee.choices = [(str(person.id), person.name) for person in people]


class TodoForm(BaseForm):
    """Something to do: what, for which day, by whom."""

    what = StringField(_l("Que faut-il faire ?"), filters=[strip], validators=[Required(), AtMost(200)])
    due_on = Day(_l("Pour le"), validators=[Required()])
    assignee = SelectField(_l("Qui s'en charge ?"), validators=[Chosen(_l("Choisissez une personne."))])

    def __init__(self, *args: Any, people: Collection[Colleague] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.assignee.choices = [(str(person.id), person.name) for person in people]
