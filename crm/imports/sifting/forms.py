"""The form of a file whose duplicates are looked for."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FileField

from crm.web.forms import BaseForm


class SiftForm(BaseForm):
    """A file brought from somebody's disk."""

    file = FileField(
        _l("Fichier"),
        description=_l("Un classeur XLSX ou un fichier CSV, 10 Mo au plus, une ligne de titres en tête."),
        render_kw={"accept": ".xlsx,.csv,.txt"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.file.flags.required = True  # said on the label; what is missing is the reader's to say
