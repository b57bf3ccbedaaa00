"""
The pages of a PDF as pictures. Pure: bytes in, bytes out.

PDFium is not made for several threads, and a hostile file may stop it: only the separate process of cli.py calls this.
"""

import json
from io import BytesIO

import pypdfium2

#: Pages that can be looked at; the others are read in the downloaded file.
MOST_PAGES = 30
_WIDTH, _HEIGHT = 1_000, 1_800  # pixels of a page, at most
_ERROR_PASSWORD = 4  # FPDF_ERR_PASSWORD


def facts(content: bytes) -> bytes:
    """JSON: {"pages": 3}, or {"error": "locked"} or {"error": "broken"}."""
    try:
        document = pypdfium2.PdfDocument(content)
        pages = len(document)
        if pages:
            document[0].get_size()
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == _ERROR_PASSWORD or "password" in str(error).lower()
        return json.dumps({"error": "locked" if locked else "broken"}).encode()
    return json.dumps({"pages": pages} if pages else {"error": "broken"}).encode()


def draw(content: bytes, number: int) -> bytes:
    """That page (from 1) as PNG, without its annotations nor forms. Raises IndexError, pypdfium2.PdfiumError."""
    document = pypdfium2.PdfDocument(content)
    if not 1 <= number <= min(len(document), MOST_PAGES):
        raise IndexError(number)
    page = document[number - 1]
    width, height = page.get_size()
    scale = min(_WIDTH / max(width, 1), _HEIGHT / max(height, 1))
    picture = page.render(scale=scale, may_draw_forms=False, draw_annots=False).to_pil()
    written = BytesIO()
    picture.convert("RGB").save(written, "PNG", optimize=False)
    return written.getvalue()
