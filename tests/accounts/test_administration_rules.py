"""What the administration decides by pure rules: a logo, a SIRET, the roles a form was opened on."""

import struct
import warnings
import zlib
from contextlib import suppress
from io import BytesIO
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from crm.access.policy import Role
from crm.accounts.administration.logo import LARGEST_FILE, SIDE, Logo, LogoRefused, draw_again
from crm.accounts.administration.offered_roles import OFFERED, edition
from crm.accounts.administration.sirets import read, show

NOT_A_PICTURE = "Ce fichier n'est pas une image PNG ou JPEG, quel que soit son nom."
BROKEN = "Cette image est abîmée ou incomplète : exportez-la de nouveau."
TOO_MANY_POINTS = "Cette image a trop de points : 16 millions au plus (4 000 sur 4 000)."


def picture(kind: str, size: tuple[int, int] = (40, 20), mode: str = "RGB", **options: object) -> bytes:
    """The bytes of a picture."""
    written = BytesIO()
    Image.new(mode, size, "teal" if mode == "RGB" else None).save(written, kind, **options)
    return written.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def empty_png(side: int) -> bytes:
    """A PNG of side × side black points, written without ever holding them."""
    packer = zlib.compressobj(9)
    line = b"\0" * (1 + (side + 7) // 8)
    packed = b"".join(packer.compress(line) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
def test_a_picture_is_drawn_again_as_what_it_is(kind, media_type):
    logo = draw_again(picture(kind))
    assert logo.media_type == media_type
    seen = Image.open(BytesIO(logo.content))
    assert (seen.format, seen.size) == (kind, (40, 20))
    red, green, blue = seen.convert("RGB").getpixel((5, 5))
    assert abs(green - 128) < 6
    assert abs(blue - 128) < 6
    assert red < 6


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_read(mode):
    assert draw_again(picture("PNG", mode=mode)).media_type == "image/png"


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_every_kind_of_jpeg_is_read(mode):
    assert draw_again(picture("JPEG", mode=mode)).media_type == "image/jpeg"


def test_what_is_clear_stays_clear():
    logo = draw_again(picture("PNG", mode="RGBA"))
    assert Image.open(BytesIO(logo.content)).mode == "RGBA"


def test_a_large_picture_becomes_small():
    seen = Image.open(BytesIO(draw_again(picture("PNG", (3000, 1000))).content))
    assert seen.size == (SIDE, SIDE // 3)


def test_nothing_but_the_picture_is_kept():
    said = PngInfo()
    said.add_text("Author", "secret-de-bureau")
    with_text = picture("PNG", pnginfo=said, icc_profile=b"secret-de-bureau" * 9) + b"<script>secret-de-bureau</script>"
    exif = Image.Exif()
    exif[0x010E] = "secret-de-bureau"
    with_exif = picture("JPEG", exif=exif, comment=b"secret-de-bureau") + b"secret-de-bureau"
    for content in (with_text, with_exif):
        logo = draw_again(content)
        assert b"secret" not in logo.content
        seen = Image.open(BytesIO(logo.content))
        assert not seen.getexif()
        assert not {"icc_profile", "comment", "Author"} & set(seen.info)


def test_a_photograph_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    assert Image.open(BytesIO(draw_again(picture("JPEG", exif=exif)).content)).size == (20, 40)


@pytest.mark.parametrize(
    "content",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"<!DOCTYPE html><html><script>alert(1)</script></html>",
        b"GIF89a" + b"\0" * 40,
        picture("GIF"),
        picture("BMP"),
        picture("WEBP"),
        picture("TIFF"),
        b"%PDF-1.7",
        b"\x89PNG",
        b"\xff\xd8",
        b"x",
    ],
    ids=["svg", "html", "gif head", "gif", "bmp", "webp", "tiff", "pdf", "png head", "jpeg head", "letter"],
)
def test_what_is_no_png_nor_jpeg_is_refused(content):
    with pytest.raises(LogoRefused, match=NOT_A_PICTURE):
        draw_again(content)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
def test_a_truncated_picture_is_refused(kind, part):
    # Noise, so that its lines fill the file from one end to the other.
    noise = Image.effect_noise((200, 200), 80)
    written = BytesIO()
    noise.save(written, kind)
    content = written.getvalue()
    with pytest.raises(LogoRefused, match=BROKEN):
        draw_again(content[: int(len(content) * part)])


def test_a_png_with_a_damaged_chunk_is_refused():
    content = bytearray(picture("PNG"))
    content[content.index(b"IDAT") + 6] ^= 0xFF
    with pytest.raises(LogoRefused, match=BROKEN):
        draw_again(bytes(content))


@pytest.mark.parametrize("side", [4001, 12000, 20000])
@pytest.mark.parametrize("action", ["error", "ignore"])
def test_a_bomb_is_refused_before_it_is_unpacked(side, action, monkeypatch):
    """400 million points in 48 kB: the size is read first."""
    bomb = empty_png(side)
    assert len(bomb) < 60_000
    monkeypatch.setattr(Image.Image, "load", lambda _picture: pytest.fail("it was unpacked"))
    with warnings.catch_warnings():
        warnings.simplefilter(action)  # Pillow itself warns of some sizes, and refuses larger ones
        with pytest.raises(LogoRefused) as refusal:
            draw_again(bomb)
    assert str(refusal.value) == TOO_MANY_POINTS


def test_the_file_itself_is_bounded():
    heavy = picture("PNG") + b"\0" * LARGEST_FILE
    with pytest.raises(LogoRefused, match="trop lourd"):
        draw_again(heavy)
    with pytest.raises(LogoRefused, match="Choisissez un fichier"):
        draw_again(b"")


@given(st.sampled_from(["PNG", "JPEG"]), st.data())
def test_whatever_is_damaged_is_drawn_or_refused(kind, data):
    content = bytearray(picture(kind))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(LogoRefused):
        assert isinstance(draw_again(bytes(content)), Logo)


@pytest.mark.parametrize(
    "text", ["40069031900035", "400 690 319 00035", " 400.690.319-00035 ", "400\N{NO-BREAK SPACE}69031900035"]
)
def test_a_siret_is_read_as_it_is_written(text):
    assert read(text) == ("40069031900035", None)


@pytest.mark.parametrize("text", ["", "   ", None])
def test_no_siret_is_no_error(text):
    assert read(text) == (None, None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("400690319", "ici 9"),
        ("4006903190003A", "que des chiffres"),
        ("٤٠٠٦٩٠٣١٩٠٠٠٣٥", "que des chiffres"),
        ("40069031900036", "un chiffre au moins est faux"),
        ("00000000000000", "un chiffre au moins est faux"),
        ("400690319000355", "ici 15"),
    ],
)
def test_a_wrong_siret_says_what_is_wrong(text, said):
    found = read(text)
    assert found.value is None
    assert said in str(found.error)


def test_a_siret_is_shown_spaced_and_read_back():
    assert show("40069031900035").split("\N{NO-BREAK SPACE}") == ["400", "690", "319", "00035"]
    assert read(show("40069031900035")).value == "40069031900035"
    assert show(None) == ""


def test_each_set_of_roles_has_its_own_edition():
    sets = [held for size in range(len(Role) + 1) for held in combinations(Role, size)]
    assert len({edition(held) for held in sets}) == len(sets) == 512
    assert edition([Role.ADMIN, Role.DIRECTOR]) == edition([Role.DIRECTOR, Role.ADMIN])


def test_the_tutor_is_no_role_to_grant():
    assert set(OFFERED) == set(Role) - {Role.TUTOR}
