"""A QR code as one path, so that the page draws it without any style of its own."""

from dataclasses import dataclass

import segno

#: White modules around the code, without which cameras do not find it (ISO/IEC 18004).
BORDER = 4


@dataclass(frozen=True, slots=True)
class QrCode:
    """Side in modules, border included, and the path of the dark modules (SVG's `d`)."""

    side: int
    path: str


def draw(text: str) -> QrCode:
    """The QR code of `text`, error correction M."""
    code = segno.make(text, error="m", micro=False)
    side = int(code.symbol_size(scale=1, border=BORDER)[0])
    path = "".join(
        f"M{x + BORDER} {y + BORDER}h1v1h-1z"
        for y, line in enumerate(code.matrix)
        for x, dark in enumerate(line)
        if dark
    )
    return QrCode(side, path)
