"""
DOCX and XLSX: a ZIP whose parts are counted, measured and looked at before it is believed. Pure.

Refused: macros, what is fetched from outside (templates, linked objects, other workbooks, DDE), ZIP bombs, encryption.
Links that a reader clicks knowingly (http, https, mailto) stay.
"""

import re
import xml.etree.ElementTree as ET
import zipfile
import zlib
from io import BytesIO

from crm.interactions.documents.enums import DocumentKind
from crm.interactions.documents.refusals import (
    BROKEN,
    LOCKED,
    MACROS,
    OUTSIDE,
    SWOLLEN,
    UNKNOWN_KIND,
    DocumentRefused,
)

MOST_PARTS = 3_000
LARGEST_PART = 60 * 1024 * 1024  # bytes, once opened
LARGEST_WHOLE = 120 * 1024 * 1024
HIGHEST_RATIO = 200  # of the whole, once opened, to what was sent; a workbook of zeros stays under it
LARGEST_READ = 20 * 1024 * 1024  # of a part that is parsed

_MAIN = {
    "word/document.xml": (
        DocumentKind.DOCX,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    ),
    "xl/workbook.xml": (
        DocumentKind.XLSX,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    ),
}
_TYPES = "[Content_Types].xml"
_CLICKED = re.compile(r"(?i)(https?://|mailto:|#)")
_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
_PROGRAM = re.compile(
    r"(?i)(vbaproject|vbadata|\.bas$|\.vba$|activex|macrosheets|dialogsheets|\.xlsm$|\.docm$|\.dotm$)"
)
_FETCHES = re.compile(r"(?i)\b(ddeauto|dde|includepicture|includetext)\b")
_BROKEN = (zipfile.BadZipFile, zlib.error, ET.ParseError, ValueError, KeyError, EOFError, OSError, NotImplementedError)


def kind_of(content: bytes, *, name: str) -> DocumentKind:
    """Which of the two this ZIP is. Raises DocumentRefused."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _measure(archive, len(content), name)
            kind = _kind(archive, name)
            _look(archive, name)
            return kind
    except DocumentRefused:
        raise
    except RuntimeError as locked:  # what zipfile says of an encrypted part
        raise DocumentRefused(LOCKED, name=name) from locked
    except _BROKEN as broken:
        raise DocumentRefused(BROKEN, name=name) from broken


def _measure(archive: zipfile.ZipFile, sent: int, name: str) -> None:
    parts = archive.infolist()
    whole = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or whole > min(LARGEST_WHOLE, HIGHEST_RATIO * sent + LARGEST_PART // 10):
        raise DocumentRefused(SWOLLEN, name=name)
    seen = set()
    for part in parts:
        if part.file_size > LARGEST_PART:
            raise DocumentRefused(SWOLLEN, name=name)
        if part.flag_bits & 1:
            raise DocumentRefused(LOCKED, name=name)
        odd = part.filename.startswith("/") or ".." in part.filename.split("/") or "\\" in part.filename
        if odd or part.filename.lower() in seen:
            raise DocumentRefused(BROKEN, name=name)
        seen.add(part.filename.lower())
    opened = 0
    for part in parts:  # what a part says of its size may lie: zipfile stops it there, and checks its sum
        with archive.open(part) as stream:
            while block := stream.read(1 << 16):
                opened += len(block)
                if opened > LARGEST_WHOLE:
                    raise DocumentRefused(SWOLLEN, name=name)


def _kind(archive: zipfile.ZipFile, name: str) -> DocumentKind:
    parts = set(archive.namelist())
    if _TYPES not in parts:
        raise DocumentRefused(UNKNOWN_KIND, name=name)
    types = _parsed(archive, _TYPES, name)
    declared = {one.get("PartName", "").lstrip("/"): one.get("ContentType", "") for one in types}
    everything = " ".join(one.get("ContentType", "") for one in types).lower()
    if "macroenabled" in everything or "vbaproject" in everything:
        raise DocumentRefused(MACROS, name=name)
    found = [kind for part, (kind, type_) in _MAIN.items() if part in parts and declared.get(part) == type_]
    if len(found) != 1:
        raise DocumentRefused(UNKNOWN_KIND, name=name)
    return found[0]


def _look(archive: zipfile.ZipFile, name: str) -> None:
    for part in archive.namelist():
        lower = part.lower()
        if _PROGRAM.search(lower) or (lower.endswith(".bin") and "embeddings/" in lower):
            raise DocumentRefused(MACROS, name=name)
        if "externallinks/" in lower or lower.endswith("/connections.xml"):
            raise DocumentRefused(OUTSIDE, name=name)
        if lower.endswith(".rels"):
            _look_at_links(_parsed(archive, part, name), name)
        elif lower.startswith("word/") and lower.endswith(".xml"):
            _look_at_fields(_parsed(archive, part, name), name)
        elif lower.startswith("xl/worksheets/") and lower.endswith(".xml"):
            _look_at_formulas(_parsed(archive, part, name), name)


def _look_at_links(links: ET.Element, name: str) -> None:
    for link in links:
        if link.get("TargetMode", "").lower() != "external":
            continue
        clicked = link.get("Type", "").endswith("/hyperlink") and _CLICKED.match(link.get("Target", ""))
        if not clicked:
            raise DocumentRefused(OUTSIDE, name=name)


def _look_at_fields(part: ET.Element, name: str) -> None:
    """Instructions of fields may be cut in pieces: they are read in one."""
    pieces = [one.text or "" for one in part.iter() if one.tag.endswith("}instrText")]
    pieces += [value for one in part.iter() if one.tag.endswith("}fldSimple") for value in one.attrib.values()]
    if _FETCHES.search("".join(pieces)):
        raise DocumentRefused(OUTSIDE, name=name)


def _look_at_formulas(part: ET.Element, name: str) -> None:
    """A formula that calls a program: =cmd|' /C calc'!A0."""
    for one in part.iter():
        if one.tag.endswith("}f") and re.search(r"(?i)^\s*[a-z]+\s*\|", one.text or ""):
            raise DocumentRefused(OUTSIDE, name=name)


def _parsed(archive: zipfile.ZipFile, part: str, name: str) -> ET.Element:
    with archive.open(part) as stream:
        content = stream.read(LARGEST_READ + 1)
    if len(content) > LARGEST_READ:
        raise DocumentRefused(SWOLLEN, name=name)
    if any(mark in content for mark in _DOCTYPES):
        raise DocumentRefused(BROKEN, name=name)
    return ET.fromstring(content)  # noqa: S314  no document type, hence no entity; bounded above
