"""
Logos: a picture is believed by its content alone, and drawn again, so that nothing else of the file is kept.

Decoded with Pillow as PNG or JPEG and nothing else; what cameras and software add (EXIF, comments, profiles, bytes
after the end) does not come along.
"""

import struct
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from crm.errors import DomainError
from crm.wording import N_

LARGEST_FILE = 1_000_000  # bytes
LARGEST_PICTURE = 16_000_000  # pixels: what a telephone takes, 64 MB once decoded
SIDE = 600  # pixels kept, at most, in width and in height

_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, struct.error)
_TOO_LARGE = N_("Cette image a trop de points : 16 millions au plus (4 000 sur 4 000).")


class LogoRefused(DomainError):
    """The file cannot serve as a logo; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture drawn by us: PNG or JPEG."""

    media_type: str
    content: bytes


def draw_again(content: bytes) -> Logo:
    """
    The picture in `content`, redrawn within SIDE × SIDE. Raises LogoRefused.

    The size of the picture is read and bounded before any of it is decoded.
    """
    if not content:
        raise LogoRefused(N_("Choisissez un fichier."))
    if len(content) > LARGEST_FILE:
        raise LogoRefused(N_("Ce fichier est trop lourd : 1 Mo au plus."))
    try:
        _look(content).verify()
        picture = _look(content)
        picture.load()
        return _encode(ImageOps.exif_transpose(picture), is_jpeg=picture.format != "PNG")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise LogoRefused(_TOO_LARGE) from bomb
    except UnidentifiedImageError as stranger:
        raise LogoRefused(N_("Ce fichier n'est pas une image PNG ou JPEG, quel que soit son nom.")) from stranger
    except _BROKEN as broken:
        raise LogoRefused(N_("Cette image est abîmée ou incomplète : exportez-la de nouveau.")) from broken


def _look(content: bytes) -> Image.Image:
    picture = Image.open(BytesIO(content), formats=("PNG", "JPEG"))
    if picture.width * picture.height > LARGEST_PICTURE:
        raise LogoRefused(_TOO_LARGE)
    return picture


def _encode(picture: Image.Image, *, is_jpeg: bool) -> Logo:
    clear = not is_jpeg and ("A" in picture.getbands() or "transparency" in picture.info)
    drawn = picture.convert("RGBA" if clear else "RGB")
    drawn.thumbnail((SIDE, SIDE))
    drawn.info.clear()  # the encoders would write its profile and its comments again
    written = BytesIO()
    if is_jpeg:
        drawn.save(written, "JPEG", quality=90, optimize=True)
        return Logo("image/jpeg", written.getvalue())
    drawn.save(written, "PNG", optimize=True)
    return Logo("image/png", written.getvalue())
