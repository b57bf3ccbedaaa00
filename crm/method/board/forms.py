"""What is sent when a card is dropped on a column, or moved from its menu."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired

from crm.method.enums import FIRST_STEP, LAST_STEP
from crm.web.forms import BaseForm, Between, strip


class MoveForm(BaseForm):
    """To which step. `board` is the query string of the board that one comes from."""

    step = IntegerField(
        validators=[
            InputRequired(_l("Choisissez une étape.")),
            Between(FIRST_STEP, LAST_STEP, message=_l("Les étapes vont de 1 à 7.")),
        ]
    )
    board = StringField(filters=[strip])
