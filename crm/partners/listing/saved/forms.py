"""The name of a saved view, and who may open it."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, StringField

from crm.web.forms import AtMost, BaseForm, Required, strip


class ViewForm(BaseForm):
    """A view to keep. `page` and `address` say of what."""

    name = StringField(
        _l("Nom de la vue"),
        [Required(), AtMost(80)],
        filters=[strip],
        description=_l("Par exemple « Boulangeries du secteur » ou « À relancer ce mois-ci »."),
    )
    shared = BooleanField(
        _l("La partager avec ma structure"),
        description=_l("Vos collègues pourront l'ouvrir ; vous seul·e pourrez la changer."),
    )
    page = HiddenField(filters=[strip])
    address = HiddenField(filters=[strip])
