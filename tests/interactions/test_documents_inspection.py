"""What a file is, whatever it says of itself: the hostile ones are refused, the others made harmless."""

import io
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from crm.interactions.documents import pages, pictures
from crm.interactions.documents.enums import DocumentKind
from crm.interactions.documents.inspection import inspect
from crm.interactions.documents.names import LONGEST_NAME, safe_name
from crm.interactions.documents.queries import ask_pdf
from crm.interactions.documents.refusals import LARGEST, DocumentRefused
from tests.interactions.files import EICAR, WORD, link, office, pdf, picture

HOSTILE_NAMES = [
    *("", " ", ".", "..", "...", "/", "\\", "-", "--rf", "~", "~root"),
    *(
        "../../etc/passwd",
        "..\\..\\windows\\win.ini",
        "/etc/shadow",
        "C:\\autoexec.bat",
        "a/b/c.png",
        "\\\\hote\\part\\f",
    ),
    *("con", "CON.png", "nul.jpg", "aux.", "lpt1.txt", "COM9"),
    *("photo.php", "photo.png.exe", "photo.php.png", "photo.png\x00.exe", ".htaccess", "page.html", "a.svg"),
    *("<script>alert(1)</script>.png", '"><img src=x onerror=alert(1)>.png', "a\r\nSet-Cookie: x=1.png", "a;b.png"),
    *(
        "\u202egnp.exe",
        "a\u200bb.png",
        "\ufeffphoto.png",
        "é" * 300 + ".png",
        "\U0001f4f7.png",
        "a%00.png",
        "%2e%2e%2f",
    ),
    *(
        "$(id).png",
        "`id`.png",
        "a|b.png",
        "a*?.png",
        "{{7*7}}.png",
        "'; DROP TABLE documents; --.png",
        "=cmd|' /C calc'!A0",
    ),
]


def refused(content, name="piece.pdf"):
    """The sentence of the refusal."""
    with pytest.raises(DocumentRefused) as refusal:
        inspect(content, name)
    return str(refusal.value)


def test_there_are_forty_names():
    assert len(set(HOSTILE_NAMES)) >= 40


@pytest.mark.parametrize("name", HOSTILE_NAMES)
@pytest.mark.parametrize("kind", DocumentKind)
def test_a_hostile_name_is_made_harmless(name, kind):
    _is_harmless(safe_name(name, kind), kind)


@given(st.text(max_size=400), st.sampled_from(DocumentKind))
def test_any_name_is_made_harmless(name, kind):
    made = safe_name(name, kind)
    _is_harmless(made, kind)
    assert safe_name(made, kind) == made


def _is_harmless(name, kind):
    ending = ".jpg" if kind is DocumentKind.JPEG else f".{kind.value}"
    assert name.endswith(ending)
    assert len(name.removesuffix(ending)) > 0
    assert len(name) <= LONGEST_NAME
    assert not set(name) & set('/\\<>:"|?*%\r\n\t\0\u202e\u200b')
    assert name[0] not in ".-~ "
    assert name.isprintable()
    assert name.split(".")[0].upper().strip() not in {"CON", "PRN", "AUX", "NUL", "COM9", "LPT1"}


@pytest.mark.parametrize(
    ("typed", "kind", "name"),
    [
        ("Plaquette 2026.pdf", DocumentKind.PDF, "Plaquette 2026.pdf"),
        ("Devis n°12 (signé).PDF", DocumentKind.PDF, "Devis n°12 (signé).pdf"),
        ("IMG_2041.JPEG", DocumentKind.JPEG, "IMG_2041.jpg"),
        ("rapport v1.2", DocumentKind.DOCX, "rapport v1.2.docx"),
        ("../../facture.pdf.exe", DocumentKind.PDF, "facture.pdf"),
        ("", DocumentKind.PNG, "document.png"),
        ("CON.png", DocumentKind.PNG, "document CON.png"),
    ],
)
def test_an_honest_name_stays(typed, kind, name):
    assert safe_name(typed, kind) == name


@pytest.mark.parametrize(
    "content",
    [
        EICAR,
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b" %PDF-1.4",
        b"GIF89a;",
        b"MZ\x90\x00",
        b"\x7fELF",
        b"#!/bin/sh\nid",
        b"PK\x05\x06" + b"\0" * 18,
        b"RIFF\0\0\0\0WEBP",
        b"{\\rtf1}",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    ],
)
@pytest.mark.parametrize("name", ["photo.png", "lettre.pdf", "liste.xlsx"])
def test_what_is_of_no_kept_kind_is_refused_whatever_its_name(content, name):
    assert "ni un PDF" in refused(content, name)


def test_nothing_and_too_much_are_refused():
    assert "Choisissez" in refused(b"")
    assert "10 Mo" in refused(b"%PDF-" + b"x" * LARGEST)


@pytest.mark.parametrize("format_", ["JPEG", "PNG"])
def test_a_picture_keeps_its_points_and_nothing_else(format_):
    extra = {"pnginfo": None} if format_ == "PNG" else {"comment": b"secret"}
    sent = picture(format_, **extra) + b"<script>alert(1)</script>"
    kept = inspect(sent, "IMG.jpeg.exe")
    image = Image.open(io.BytesIO(kept.content))
    assert (image.format, kept.kind) == (format_, DocumentKind(format_.lower()))
    assert image.size == ((30, 40) if format_ == "JPEG" else (40, 30))  # upright
    assert not image.getexif()
    assert "comment" not in image.info
    for trace in (b"Marque", b"secret", b"script", b"GPS", b"Exif"):
        assert trace not in kept.content
    assert Image.open(io.BytesIO(pictures.preview(kept.content, kept.kind))).format == "PNG"


def test_a_broken_or_immense_picture_is_refused():
    assert "abîmé" in refused(picture("PNG")[:60])
    assert "abîmé" in refused(b"\xff\xd8\xff" + b"\0" * 100)
    immense = io.BytesIO()
    Image.new("1", (10_000, 10_000)).save(immense, "PNG")
    assert "points" in refused(immense.getvalue())


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_an_honest_office_file_is_kept_as_it_is(kind):
    rels = "word/_rels/document.xml.rels" if kind == "docx" else "xl/worksheets/_rels/sheet1.xml.rels"
    content = office(kind, {rels: link("hyperlink", "https://exemple.test/page"), "media/a.png": picture("PNG")})
    kept = inspect(content, "liste.zip")
    assert (kept.kind, kept.content, kept.name) == (DocumentKind(kind), content, f"liste.{kind}")


FIELD = f'<w:d xmlns:w="{WORD}"><w:instrText>{{}}</w:instrText><w:instrText>{{}}</w:instrText></w:d>'


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (office("docx", {"word/vbaProject.bin": b"x"}), "macros"),
        (office("docx", {"word/x/VBAPROJECT.BIN": b"x"}), "macros"),
        (office("xlsx", {"xl/macrosheets/sheet1.xml": "<a/>"}), "macros"),
        (office("xlsx", {"xl/activeX/activeX1.bin": b"x"}), "macros"),
        (office("docx", {"word/embeddings/oleObject1.bin": b"x"}), "macros"),
        (office("docx", type_="application/vnd.ms-word.document.macroEnabled.main+xml"), "macros"),
        (
            office("docx", more='<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'),
            "macros",
        ),
        (
            office("docx", {"word/_rels/settings.xml.rels": link("attachedTemplate", "https://exemple.test/m.dotm")}),
            "ext",
        ),
        (office("docx", {"word/_rels/document.xml.rels": link("image", "https://exemple.test/pixel.png")}), "ext"),
        (office("docx", {"word/_rels/document.xml.rels": link("hyperlink", "file://serveur/part")}), "ext"),
        (office("docx", {"word/_rels/document.xml.rels": link("oleObject", "x.exe", "external")}), "ext"),
        (office("xlsx", {"xl/externalLinks/externalLink1.xml": "<a/>"}), "ext"),
        (office("xlsx", {"xl/connections.xml": "<a/>"}), "ext"),
        (office("docx", {"word/document.xml": FIELD.format("DDE", "AUTO c:\\\\x")}), "ext"),
        (office("docx", {"word/document.xml": FIELD.format(" INCLUDEPICTURE ", "https://exemple.test")}), "ext"),
        (office("xlsx", {"xl/worksheets/sheet1.xml": "<a xmlns='b'><f>cmd|' /C calc'!A0</f></a>"}), "ext"),
        (office("docx", {"word/document.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "abîmé"),
        (office("docx", {"word/document.xml": "<!DOCTYPE a><a/>".encode("utf-16")}), "abîmé"),
        (office("docx", {"../../evil.txt": "x"}), "abîmé"),
        (office("docx", {"/etc/evil": "x"}), "abîmé"),
        (office("docx", {"word/DOCUMENT.xml": "<a/>"}), "abîmé"),
        (office("docx")[:-30], "abîmé"),
        (office("docx", {"word/media/bomb": b"\0" * 61_000_000}), "démesuré"),
        (office("docx", {f"word/{number}": b"" for number in range(3_100)}), "démesuré"),
        (office("docx", {f"word/media/{number}": b"\0" * 5_000_000 for number in range(10)}), "démesuré"),
        (office("docx", type_="application/xml"), "ni un PDF"),
    ],
)
def test_a_hostile_office_file_is_refused(content, says):
    assert says in refused(content, "lettre.docx")


def test_a_zip_of_something_else_is_refused():
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("page.html", "<script>")
    assert "ni un PDF" in refused(written.getvalue())


def test_a_size_that_lies_is_not_believed():
    content = bytearray(office("docx", {"word/media/a": b"\0" * 3_000_000}))
    place = content.index(b"PK\x01\x02", content.rindex(b"word/media/a") - 60)
    content[place + 24 : place + 28] = (10).to_bytes(4, "little")
    assert "abîmé" in refused(bytes(content)) or "démesuré" in refused(bytes(content))


@given(st.binary(max_size=200), st.sampled_from([b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b""]))
def test_no_content_does_more_than_be_refused(rest, start):
    try:
        inspect(start + rest, "piece")
    except DocumentRefused:
        return
    assert start == b"%PDF-"  # opened later, in its own process


# --- PDF, in a process of its own


def test_pages_are_counted_and_drawn():
    assert json.loads(ask_pdf(pdf(3), "facts")) == {"pages": 3}
    image = Image.open(io.BytesIO(ask_pdf(pdf(3), "draw", "3")))
    assert (image.format, image.size) == ("PNG", (1000, 1334))


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"%PDF-1.4 <html><script>alert(1)</script>", "broken"),
        (b"%PDF-" + EICAR, "broken"),
        (pdf(0), "broken"),
        (pdf(1, encrypt=True), "locked"),
    ],
)
def test_a_pdf_that_cannot_be_opened_says_why(content, error):
    assert json.loads(pages.facts(content)) == {"error": error}


def test_a_page_that_does_not_exist_is_not_drawn():
    assert ask_pdf(pdf(1), "draw", "2") is None
    assert ask_pdf(b"nothing", "draw", "1") is None
