"""
Pictures: believed by their content alone and drawn again, so that position, camera and comments do not come along.

Pure: bytes in, bytes out. Decoded with Pillow as PNG or JPEG and nothing else.
"""

import struct
from io import BytesIO

from PIL import Image, ImageOps

from crm.interactions.documents.enums import DocumentKind
from crm.interactions.documents.refusals import BROKEN, TOO_MANY_POINTS, DocumentRefused

MOST_POINTS = 50_000_000  # pixels: what a good telephone takes, 150 MB once decoded
SIDE = 3_500  # pixels kept, at most, in width and in height
PREVIEW_SIDE = 1_200

_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, struct.error, MemoryError)
_FORMATS = {DocumentKind.JPEG: "JPEG", DocumentKind.PNG: "PNG"}


def draw_again(content: bytes, kind: DocumentKind, *, name: str) -> bytes:
    """The same picture within SIDE × SIDE, upright, without anything else. Raises DocumentRefused."""
    try:
        _look(content, kind).verify()
        picture = _look(content, kind)
        picture.draft("RGB", (SIDE, SIDE))
        return _written(ImageOps.exif_transpose(picture), SIDE, _FORMATS[kind])
    except (_TooManyPoints, Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise DocumentRefused(TOO_MANY_POINTS, name=name) from bomb
    except _BROKEN as broken:
        raise DocumentRefused(BROKEN, name=name) from broken


def preview(content: bytes, kind: DocumentKind) -> bytes:
    """A picture that we drew, smaller, as PNG."""
    picture = _look(content, kind)
    picture.draft("RGB", (PREVIEW_SIDE, PREVIEW_SIDE))
    return _written(picture, PREVIEW_SIDE, "PNG")


class _TooManyPoints(Exception):
    """Said before any of it is decoded."""


def _look(content: bytes, kind: DocumentKind) -> Image.Image:
    picture = Image.open(BytesIO(content), formats=(_FORMATS[kind],))
    if picture.width * picture.height > MOST_POINTS:
        raise _TooManyPoints
    return picture


def _written(picture: Image.Image, side: int, format_: str) -> bytes:
    clear = format_ == "PNG" and ("A" in picture.getbands() or "transparency" in picture.info)
    drawn = picture.convert("RGBA" if clear else "RGB")
    drawn.thumbnail((side, side))
    drawn.info.clear()  # the encoders would write its profile and its comments again
    written = BytesIO()
    drawn.save(written, format_, quality=88, optimize=format_ == "PNG" and side == PREVIEW_SIDE)
    return written.getvalue()
