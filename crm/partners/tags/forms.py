"""The forms of tags."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField

from crm.partners.tags.names import LONGEST
from crm.partners.tags.queries import TagLine
from crm.web.forms import AtMost, BaseForm, Chosen, Required, strip


class RenameForm(BaseForm):
    """A new name."""

    name = StringField(_l("Nom"), filters=[strip], validators=[Required(), AtMost(LONGEST)])


class MergeForm(BaseForm):
    """The tag that stays."""

    into = SelectField(_l("Étiquette qui reste"), validators=[Chosen(_l("Choisissez une étiquette."))])

    def __init__(self, *args: Any, others: Iterable[TagLine] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.into.choices = [("", gettext("Choisissez")), *((one.public_id, one.name) for one in others)]
