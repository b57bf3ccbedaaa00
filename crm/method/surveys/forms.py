"""The forms of surveys: to whom a link is given, and what is answered."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField, TextAreaField

from crm.method.forms import key_of
from crm.method.roadmap.forms import offer_contacts
from crm.method.surveys.rules import BEST_SCORE, Again
from crm.method.surveys.services import Answer
from crm.web.forms import AtMost, BaseForm, Chosen, strip


class AskForm(BaseForm):
    """Who is to answer."""

    contact_id = SelectField(_l("Qui va répondre"))
    recipient = StringField(
        _l("Ou une autre personne"),
        filters=[strip],
        validators=[AtMost(160)],
        description=_l("Quand elle n'est pas dans les contacts du partenaire."),
    )

    def __init__(self, *args: Any, contacts: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_contacts(self.contact_id, contacts)

    def contact(self) -> int | None:
        """The contact chosen; only after `accepted()`."""
        return key_of(self.contact_id)


class AnswerForm(BaseForm):
    """What the partner says."""

    satisfaction = RadioField(_l("Êtes-vous satisfait de ce partenariat ?"), validators=[Chosen()])
    again = RadioField(_l("Le referiez-vous ?"), validators=[Chosen()])
    went_well = TextAreaField(
        _l("Ce qui s'est bien passé"), filters=[strip], validators=[AtMost(4000)], render_kw={"rows": 3}
    )
    to_improve = TextAreaField(
        _l("Ce que nous pouvons améliorer"), filters=[strip], validators=[AtMost(4000)], render_kw={"rows": 3}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {1: gettext("1 · pas du tout"), BEST_SCORE: gettext("5 · tout à fait")}
        self.satisfaction.choices = [(str(one), words.get(one, str(one))) for one in range(1, BEST_SCORE + 1)]
        self.again.choices = [(one.value, gettext(one.label)) for one in Again]

    def answer(self) -> Answer:
        """What was typed; only after `accepted()`."""
        return Answer(
            satisfaction=int(self.satisfaction.data),
            again=Again(self.again.data),
            went_well=self.went_well.data or "",
            to_improve=self.to_improve.data or "",
        )
