"""The name of a file that somebody sent: made harmless, and ending as its content asks. Pure."""

import re
import unicodedata

from crm.interactions.documents.enums import DocumentKind

#: Characters of a name, its ending included.
LONGEST_NAME = 120

_FORBIDDEN = re.compile(r'[<>:"|?*%]')
_SPACES = re.compile(r"\s+")
#: What follows the last dot is an ending when it is short and is not a number: « rapport v1.2 » has none.
_ENDING = re.compile(r"\.(?=[^.]*[A-Za-z])[A-Za-z0-9]{1,5}$", re.ASCII)
#: Names that Windows gives to devices, whatever their ending.
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)( *\.|$)", re.ASCII)
_ENDINGS = {kind: f".{'jpg' if kind is DocumentKind.JPEG else kind.value}" for kind in DocumentKind}


def safe_name(typed: str, kind: DocumentKind) -> str:
    """
    The name under which a file is shown and offered: no path, no control nor invisible character, the right ending.

    >>> safe_name("../../etc/facture.pdf.exe", DocumentKind.PDF)
    'facture.pdf'
    """
    name = unicodedata.normalize("NFC", typed.encode("utf-8", "ignore").decode("utf-8"))
    name = name.replace("\\", "/").rpartition("/")[2]
    name = "".join(one for one in _SPACES.sub(" ", name) if not unicodedata.category(one).startswith("C"))
    name = _SPACES.sub(" ", name)
    name = _FORBIDDEN.sub("_", name).strip(" .-_~'`")
    while (shorter := _ENDING.sub("", name).rstrip(" .")) != name:
        name = shorter
    if not name or _DEVICES.match(name):
        name = f"document {name}".strip()
    ending = _ENDINGS[kind]
    return name[: LONGEST_NAME - len(ending)].rstrip(" .") + ending
