"""The form that proves a telephone was set up."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField

from crm.web.forms import AtMost, BaseForm, Required, strip


class SetUpForm(BaseForm):
    """The first code that the telephone shows."""

    code = StringField(
        _l("Le code à 6 chiffres que montre votre téléphone"),
        filters=[strip],
        validators=[Required(), AtMost(40)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )
