"""The forms of the roadmap."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import Optional

from crm.method.forms import key_of, offer
from crm.method.models import Partnership
from crm.method.roadmap.services import Terms
from crm.web.forms import AtMost, BaseForm, Day, strip


def offer_contacts(field: Any, contacts: list[tuple[int, str]]) -> None:
    """Fill a choice of people: nobody, these people, and whoever is named already."""
    offer(field, [("", gettext("Personne")), *((str(key), name) for key, name in contacts)])


class TermsForm(BaseForm):
    """The partner's agreement, and what goes with it."""

    agreed_by_id = SelectField(_l("Qui a donné l'accord"))
    agreed_by = StringField(
        _l("Ou une autre personne"),
        filters=[strip],
        validators=[AtMost(160)],
        description=_l("Quand elle n'est pas dans les contacts du partenaire."),
    )
    agreed_on = Day(_l("Accord donné le"), validators=[Optional()])
    without_budget = BooleanField(
        _l("Sans budget"), description=_l("L'action ne coûte rien, ou chacun prend sa part sur son temps.")
    )
    shared_with = StringField(
        _l("Avec quelles autres structures"),
        filters=[strip],
        validators=[AtMost(500)],
        description=_l("Celles qui partagent l'action avec nous."),
    )

    def __init__(self, *args: Any, contacts: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_contacts(self.agreed_by_id, contacts)

    def terms(self) -> Terms:
        """What was typed; only after `accepted()`."""
        return Terms(
            agreed_by_id=key_of(self.agreed_by_id),
            agreed_by=self.agreed_by.data or "",
            agreed_on=self.agreed_on.data,
            without_budget=bool(self.without_budget.data),
            shared_with=self.shared_with.data or "",
        )


def terms_values(partnership: Partnership) -> dict[str, Any]:
    """The terms of a partnership as the form shows them."""
    return {
        "agreed_by_id": str(partnership.agreed_by_id or ""),
        "agreed_by": partnership.agreed_by,
        "agreed_on": partnership.agreed_on,
        "without_budget": partnership.without_budget,
        "shared_with": partnership.shared_with,
    }
