"""What a file is, by its content alone: its name and the type that the browser announces are not believed. Pure."""

from dataclasses import dataclass

from crm.interactions.documents import office, pictures
from crm.interactions.documents.enums import DocumentKind
from crm.interactions.documents.names import safe_name
from crm.interactions.documents.refusals import (
    LARGEST,
    NOTHING_CHOSEN,
    TOO_HEAVY,
    UNKNOWN_KIND,
    DocumentRefused,
)

_SIGNATURES = {
    b"%PDF-": DocumentKind.PDF,
    b"\xff\xd8\xff": DocumentKind.JPEG,
    b"\x89PNG\r\n\x1a\n": DocumentKind.PNG,
}
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Inspected:
    """A file that may be kept: `content` is what is kept, pictures drawn again. A PDF still has to be opened."""

    kind: DocumentKind
    name: str
    content: bytes


def inspect(content: bytes, typed_name: str) -> Inspected:
    """The file as it may be kept. Raises DocumentRefused, naming it as far as the screen can show."""
    shown = safe_name(typed_name, DocumentKind.PDF).removesuffix(".pdf")
    if not content:
        raise DocumentRefused(NOTHING_CHOSEN)
    if len(content) > LARGEST:
        raise DocumentRefused(TOO_HEAVY, name=shown)
    kind = next((kind for start, kind in _SIGNATURES.items() if content.startswith(start)), None)
    if kind is None:
        if not content.startswith(_ZIP):
            raise DocumentRefused(UNKNOWN_KIND, name=shown)
        kind = office.kind_of(content, name=shown)
    if kind in {DocumentKind.JPEG, DocumentKind.PNG}:
        content = pictures.draw_again(content, kind, name=shown)
    return Inspected(kind, safe_name(typed_name, kind), content)
