"""Files as people send them, sound and hostile."""

import io
import zipfile

from PIL import Image

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/{part}" ContentType="{type}"/>{more}</Types>'
)
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
RELS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def picture(format_="JPEG", size=(40, 30), **saved):
    """A picture, sideways and with a position when it is a JPEG."""
    written = io.BytesIO()
    image = Image.new("RGB", size, (200, 120, 40))
    if format_ == "JPEG":
        exif = Image.Exif()
        exif[0x0112] = 6  # to be turned
        exif[0x010F] = "Marque du telephone"
        exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 45.0, 0.0), 3: "E", 4: (2.0, 18.0, 0.0)})
        saved["exif"] = exif
    image.save(written, format_, **saved)
    return written.getvalue()


def pdf(pages=2, *, encrypt=False):
    """A PDF of empty pages, written by hand."""
    kids = " ".join(f"{3 + number} 0 R" for number in range(pages))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>"]
    objects += ["<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] >>"] * pages
    if encrypt:
        nothing = "0" * 64
        objects.append(f"<< /Filter /Standard /V 1 /R 2 /O <{nothing}> /U <{nothing}> /P -4 >>")
    written, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(written))
        written += f"{number} 0 obj\n{body}\nendobj\n".encode()
    start = len(written)
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    locked = f"/Encrypt {len(objects)} 0 R /ID [<00> <00>]" if encrypt else ""
    written += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode()
    written += f"trailer << /Size {len(objects) + 1} /Root 1 0 R {locked} >>\nstartxref\n{start}\n%%EOF".encode()
    return written


def office(kind="docx", parts=None, *, more="", type_="", compression=zipfile.ZIP_DEFLATED):
    """A DOCX or XLSX with these parts besides the smallest ones."""
    part, usual = ("word/document.xml", DOCX_TYPE) if kind == "docx" else ("xl/workbook.xml", XLSX_TYPE)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", compression) as archive:
        archive.writestr("[Content_Types].xml", TYPES.format(part=part, type=type_ or usual, more=more))
        archive.writestr("_rels/.rels", RELS.format(""))
        for name, content in ({part: "<a/>"} | (parts or {})).items():
            archive.writestr(name, content)
    return written.getvalue()


def link(type_, target, mode="External"):
    """One relationship."""
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return RELS.format(f'<Relationship Id="r1" Type="{base}/{type_}" Target="{target}" TargetMode="{mode}"/>')
