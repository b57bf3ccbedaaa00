"""The forms of the steering of a partnership."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField

from crm.method.forms import key_of
from crm.method.models import Partnership
from crm.method.roadmap.forms import offer_contacts
from crm.method.steering.services import Pilots
from crm.web.forms import AtMost, BaseForm, Day, Required, strip


class PilotsForm(BaseForm):
    """Who follows the partnership on both sides."""

    our_pilot_id = SelectField(_l("Pilote chez nous"))
    their_pilot_id = SelectField(_l("Pilote chez le partenaire"))
    their_pilot = StringField(_l("Ou une autre personne chez le partenaire"), filters=[strip], validators=[AtMost(160)])
    coordination = StringField(
        _l("Instance de coordination"),
        filters=[strip],
        validators=[AtMost(300)],
        description=_l("Comité de pilotage, réunion trimestrielle…"),
    )

    def __init__(
        self, *args: Any, people: list[tuple[int, str]], contacts: list[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer_contacts(self.our_pilot_id, people)
        offer_contacts(self.their_pilot_id, contacts)

    def pilots(self) -> Pilots:
        """What was typed; only after `accepted()`."""
        return Pilots(
            our_pilot_id=key_of(self.our_pilot_id),
            their_pilot_id=key_of(self.their_pilot_id),
            their_pilot=self.their_pilot.data or "",
            coordination=self.coordination.data or "",
        )


def pilots_values(partnership: Partnership) -> dict[str, Any]:
    """The pilots of a partnership as the form shows them."""
    return {
        "our_pilot_id": str(partnership.our_pilot_id or ""),
        "their_pilot_id": str(partnership.their_pilot_id or ""),
        "their_pilot": partnership.their_pilot,
        "coordination": partnership.coordination,
    }


class ValueForm(BaseForm):
    """What an indicator was on a day."""

    on = Day(_l("Relevée le"), validators=[Required()])
    value = StringField(_l("Valeur"), filters=[strip], validators=[Required(), AtMost(200)])
    note = StringField(_l("Remarque"), filters=[strip], validators=[AtMost(300)])

    def of(self, unit: str, target: str) -> "ValueForm":
        """The same form, which recalls the unit and the target."""
        said = [gettext("en %(unit)s", unit=unit)] if unit else []
        said += [gettext("cible : %(target)s", target=target)] if target else []
        self.value.description = ", ".join(said)
        return self
