"""What is answered of a pair. Shape only."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField

from crm.dedupe.pairs.enums import Answer, Head
from crm.web.forms import AtMost, BaseForm, strip


class AnswerForm(BaseForm):
    """The note and the person serve « à voir », the head « même groupe »."""

    note = StringField(_l("Note (pour « à voir »)"), filters=[strip], validators=[AtMost(300)])
    assignee = SelectField(_l("Confier à"), default="")
    head = RadioField(_l("Qui est au-dessus ? (pour « même groupe »)"), default=Head.NONE.value)

    def __init__(self, *args: Any, people: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.assignee.choices = [("", gettext("Personne")), *((str(key), name) for key, name in people.items())]
        self.head.choices = [(one.value, gettext(one.label)) for one in Head]


def answer_of(text: str) -> Answer | None:
    """The answer of the button that was pressed."""
    return Answer(text) if text in set(Answer) else None
