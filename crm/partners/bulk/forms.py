"""The form of an action on many partners: what, and with which value."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, RadioField, SelectField, StringField
from wtforms.validators import Optional, ValidationError

from crm.partners.bulk.planning import Order
from crm.partners.forms import say
from crm.partners.listing.enums import BulkKind
from crm.partners.tags.names import key_of, read_tag
from crm.web.forms import AtMost, BaseForm, Chosen, strip


class BulkForm(BaseForm):
    """Only the field of the chosen action counts."""

    kind = RadioField(_l("Que voulez-vous faire ?"), validators=[Chosen(_l("Choisissez une action."))])
    owner = SelectField(_l("Responsable du suivi"), default="")
    tag = StringField(
        _l("Étiquette"),
        filters=[strip],
        description=_l("Pour ajouter ou retirer une étiquette."),
        validators=[AtMost(60)],
        render_kw={"list": "known-tags", "autocapitalize": "off"},
    )
    until = DateField(_l("En pause jusqu'au"), validators=[Optional()])

    def __init__(self, *args: Any, people: Mapping[int, str], may_bin: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        elsewhere = {BulkKind.TAKE_OVER} | (set() if may_bin else {BulkKind.BIN})
        kinds = [kind for kind in BulkKind if kind not in elsewhere]
        self.kind.choices = [(kind.value, gettext(kind.label)) for kind in kinds]
        self.owner.choices = [("", gettext("Personne")), *((str(key), name) for key, name in people.items())]

    def validate_tag(self, field: Field) -> None:
        """One name, when the action is about a tag."""
        if self.kind.data in {BulkKind.TAG.value, BulkKind.UNTAG.value}:
            found = read_tag(field.data or "")
            if found.error is not None:
                raise ValidationError(say(found.error))

    def order(self) -> Order:
        """What was asked for; only once validated."""
        kind = BulkKind(self.kind.data)
        about_tag = kind in {BulkKind.TAG, BulkKind.UNTAG}
        return Order(
            kind=kind,
            owner_id=int(self.owner.data) if kind is BulkKind.OWNER and self.owner.data else None,
            tag=key_of(self.tag_name) if about_tag else "",
            until=self.until.data if kind is BulkKind.PAUSE else None,
        )

    @property
    def tag_name(self) -> str:
        """The tag as it is written."""
        return next(iter(read_tag(self.tag.data or "").names), "")
