"""The settings of the structure itself: identity, logo, units, closing periods."""

import threading
import zlib
from datetime import date
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from crm import clock
from crm.access.policy import Role
from crm.accounts.enums import LegalKind
from crm.accounts.models import ClosingPeriod, Structure, StructureLogo, Unit
from crm.audit.models import AuditEvent
from tests.accounts.test_administration_rules import chunk, empty_png, picture
from tests.counting import statements
from tests.pages import Browser, forms_of

HOSTILE = "<script>alert(1)</script>\"'&amp;{{ 7*7 }}"
SETTINGS, STRUCTURE, LOGO = "/reglages", "/reglages/structure", "/reglages/structure/logo"
UNITS, CLOSINGS = "/reglages/poles", "/reglages/fermetures"


@pytest.fixture
def director(make, browser):
    """The director of the first structure, signed in."""
    user = make.user(roles=[Role.DIRECTOR], first_name="Sonia", last_name="Marchal")
    browser.enter(user, make.home)
    return user


def unit(make, name: str, **values) -> Unit:
    given = {"structure_id": make.home.id, "legal_kind": LegalKind.EBE} | values
    return make.add(Unit(name=name, **given))


def closing(make, first: date, last: date, **values) -> ClosingPeriod:
    given = {"structure_id": make.home.id} | values
    return make.add(ClosingPeriod(starts_on=first, ends_on=last, **given))


def press(browser: Browser, page: str, url: str, **fields: str):
    """Press the button of a page that posts to `url`."""
    form = next(form for form in forms_of(browser.get(page).text) if form.action == url)
    return browser.client.post(url, data=form.values | fields)


def but_the_nonce(rows):
    """A snapshot without the forms that were claimed."""
    return {name: lines for name, lines in rows.items() if name != "form_submissions"}


# --- The first page


def test_the_first_page_says_how_things_stand(make, browser, director):
    unit(make, "Atelier")
    unit(make, "Ancien", closed_at=clock.now())
    closing(make, date(2020, 8, 1), date(2020, 8, 21))
    closing(make, date(2095, 8, 1), date(2095, 8, 21))
    page = browser.get(SETTINGS).text
    for words in ("Les Ateliers de la Bièvre", "1 compte ouvert", "1 pôle ouvert", "du 01/08/2095 au 21/08/2095"):
        assert words in page
    assert 'aria-current="page"' in page


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.TUTOR])
def test_the_settings_are_in_the_menu_of_who_may_open_them(make, browser, role):
    browser.enter(make.user(roles=[role]), make.home)
    shown = f'href="{SETTINGS}"' in browser.get("/aujourdhui").text
    assert shown == (role in {Role.DIRECTOR, Role.ADMIN})
    assert (browser.get(SETTINGS).status_code == 200) == shown


@pytest.mark.parametrize("url", [SETTINGS, UNITS, CLOSINGS, STRUCTURE])
def test_each_page_costs_the_same_for_many(make, app, browser, director, url):
    def cost() -> int:
        with statements(app) as sent:
            assert browser.get(url).status_code == 200
        return len(sent)

    first = unit(make, "Premier")
    closing(make, date(2095, 8, 1), date(2095, 8, 21))
    cost()  # the first answer also keeps the session's token
    few = cost()
    for number in range(15):
        unit(make, f"Atelier {number}", parent_id=first.id)
        closing(make, date(2096, 1, 1 + number), date(2096, 1, 2 + number))
        make.user()
    assert cost() == few


# --- The structure


def test_the_identity_of_the_structure_is_changed(make, browser, director, session):
    typed = {"name": " Antenne du Sud ", "legal_kind": "ebe", "siret": "400 690 319 00035"}
    answer = browser.submit(STRUCTURE, typed)
    assert (answer.status_code, answer.location) == (303, SETTINGS)
    found = session.get(Structure, make.home.id)
    assert (found.name, found.legal_kind, found.siret) == ("Antenne du Sud", LegalKind.EBE, "40069031900035")
    values = browser.form(STRUCTURE).values
    assert values["siret"] == "400 690 319 00035".replace(" ", "\N{NO-BREAK SPACE}")
    assert browser.submit(STRUCTURE, {"siret": ""}).status_code == 303
    session.refresh(found)
    assert found.siret is None


@pytest.mark.parametrize(
    "typed", [{"name": " "}, {"name": "x" * 201}, {"legal_kind": "sarl"}, {"siret": "40069031900036"}, {"siret": "12"}]
)
def test_a_refused_identity_changes_nothing_and_keeps_what_was_typed(browser, director, snapshot, typed):
    form = browser.form(STRUCTURE).values
    before = snapshot()
    answer = browser.client.post(STRUCTURE, data=form | {"name": HOSTILE} | typed)
    assert answer.status_code == 422
    assert snapshot() == before
    kept = next(one for one in forms_of(answer.text) if "siret" in one.values).values
    assert kept["name"] == typed.get("name", HOSTILE).strip()
    assert "<script>alert" not in answer.text


def test_extra_fields_of_the_structure_change_nothing(make, browser, director, session):
    other = make.structure("Voisine")
    extra = {"id": str(other.id), "structure_id": str(other.id), "public_id": "x", "created_at": "2000-01-01"}
    assert browser.submit(STRUCTURE, {"name": "Ici"} | extra).status_code == 303
    assert session.get(Structure, other.id).name == "Voisine"
    found = session.get(Structure, make.home.id)
    assert (found.name, found.public_id, found.created_at) == ("Ici", make.home.public_id, make.home.created_at)


def test_the_second_editor_of_the_structure_chooses(make, browser, director, session):
    stale = browser.form(STRUCTURE).values
    assert browser.submit(STRUCTURE, {"name": "Première"}).status_code == 303
    answer = browser.client.post(STRUCTURE, data=stale | {"name": "Seconde", "legal_kind": "geiq"})
    assert answer.status_code == 409
    assert session.get(Structure, make.home.id).name == "Première"
    form = next(one for one in forms_of(answer.text) if one.action == STRUCTURE)
    chosen = {"choice-name": "theirs", "choice-legal_kind": "mine"}
    assert browser.client.post(STRUCTURE, data=form.values | chosen).status_code == 303
    found = session.get(Structure, make.home.id)
    assert (found.name, found.legal_kind) == ("Première", LegalKind.GEIQ)


# --- The logo


def upload(browser: Browser, content: bytes, name: str = "logo.png", kind: str = "image/png"):
    form = next(one for one in forms_of(browser.get(STRUCTURE).text) if one.action == LOGO).values
    file = FileStorage(BytesIO(content), name, content_type=kind)
    # Encoded in memory: the test client would leave its temporary file open.
    boundary, body = encode_multipart(form | {"logo": file})
    return browser.client.post(LOGO, data=body, content_type=f"multipart/form-data; boundary={boundary}")


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
def test_a_logo_is_kept_and_shown(make, browser, director, session, kind, media_type):
    answer = upload(browser, picture(kind), "facture.pdf", "application/pdf")
    assert (answer.status_code, answer.location) == (303, STRUCTURE)
    shown = browser.get(LOGO)
    assert (shown.status_code, shown.mimetype) == (200, media_type)
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert Image.open(BytesIO(shown.data)).format == kind
    assert f'src="{LOGO}"' in browser.get(SETTINGS).text
    row = session.scalars(select(StructureLogo)).one()
    assert (row.structure_id, row.media_type) == (make.home.id, media_type)
    lines = session.scalars(select(AuditEvent).where(AuditEvent.object_type == "structure_logos")).all()
    assert [(line.action, line.fields["content"]) for line in lines] == [("create", None)]


def test_a_logo_is_replaced_and_taken_away(browser, director, session):
    upload(browser, picture("PNG"))
    upload(browser, picture("JPEG"))
    assert session.scalars(select(StructureLogo.media_type)).all() == ["image/jpeg"]
    assert press(browser, STRUCTURE, f"{LOGO}/retirer").status_code == 303
    assert session.scalars(select(StructureLogo)).all() == []
    assert browser.get(LOGO).status_code == 204


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "pas une image PNG ou JPEG"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "pas une image PNG ou JPEG"),
        (picture("GIF"), "pas une image PNG ou JPEG"),
        (empty_png(20000), "trop de points"),
        (picture("PNG") + b"\0" * 1_000_000, "trop lourd"),
        (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"\0" * 13), "image PNG ou JPEG"),
        (
            b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"\0\0\0\5\0\0\0\5\1\0\0\0\0") + chunk(b"IDAT", zlib.compress(b"")),
            "abîmée",
        ),
        (picture("JPEG", (300, 300))[:-400], "abîmée"),
        (b"", "Choisissez un fichier"),
    ],
    ids=["svg", "html", "gif", "bomb", "heavy", "no size", "no data", "truncated", "empty"],
)
def test_what_is_no_sound_picture_is_refused_and_nothing_is_stored(browser, director, snapshot, content, said):
    upload(browser, picture("PNG"))
    before = snapshot()
    answer = upload(browser, content)
    assert answer.status_code == 422
    assert said in answer.text
    assert snapshot() == before
    assert browser.form(STRUCTURE).values["name"] == "Les Ateliers de la Bièvre", "the other form is as it was"


def test_an_upload_without_a_file_is_refused(browser, director, snapshot):
    form = next(one for one in forms_of(browser.get(STRUCTURE).text) if one.action == LOGO).values
    before = snapshot()
    assert browser.client.post(LOGO, data=form | {"logo": "du texte"}).status_code == 422
    assert snapshot() == before


def test_each_structure_has_its_own_logo(make, app, browser, director):
    upload(browser, picture("PNG"))
    next_door = make.structure()
    stranger = Browser(app)
    stranger.enter(make.user(roles=[Role.DIRECTOR], structure=next_door), next_door)
    assert stranger.get(LOGO).status_code == 204
    colleague = Browser(app)
    colleague.enter(make.user(roles=[Role.VOLUNTEER]), make.home)
    assert colleague.get(LOGO).status_code == 200, "whoever belongs to the structure sees it"


# --- The units


def test_units_make_a_tree(make, browser, director, session):
    assert "Aucun pôle" in browser.get(UNITS).text
    typed = {"name": "EBE", "legal_kind": "ebe", "siret": "40069031900035"}
    assert browser.submit(f"{UNITS}/nouveau", typed).status_code == 303
    parent = session.scalars(select(Unit)).one()
    assert (parent.name, parent.siret, parent.structure_id) == ("EBE", "40069031900035", make.home.id)
    child = {"name": "Atelier couture", "legal_kind": "ebe", "parent": str(parent.id)}
    assert browser.submit(f"{UNITS}/nouveau", child).status_code == 303
    assert browser.submit(f"{UNITS}/nouveau", {"name": "AI"}).status_code == 303
    page = browser.get(UNITS).text
    assert page.index(">AI<") < page.index(">EBE<") < page.index(">Atelier couture<")
    assert session.scalars(select(Unit.parent_id).where(Unit.name == "Atelier couture")).one() == parent.id


def test_a_unit_is_never_part_of_itself(make, browser, director, snapshot):
    top = unit(make, "Haut")
    middle = unit(make, "Milieu", parent_id=top.id)
    low = unit(make, "Bas", parent_id=middle.id)
    url = f"{UNITS}/{top.public_id}/modifier"
    form = browser.form(url).values
    before = snapshot()
    for under in (top, middle, low):
        assert browser.client.post(url, data=form | {"parent": str(under.id)}).status_code == 422
    assert snapshot() == before


def test_two_units_put_under_each_other_at_once_make_no_circle(make, app, director, session):
    one, two = unit(make, "Un"), unit(make, "Deux")
    sent = []
    for mine, other in ((one, two), (two, one)):
        browser = Browser(app)
        browser.enter(director, make.home)
        url = f"{UNITS}/{mine.public_id}/modifier"
        sent.append((browser, url, browser.form(url).values | {"parent": str(other.id)}))
    start, answers = threading.Barrier(2, timeout=20), []

    def send(browser, url, values):
        start.wait()
        answers.append(browser.client.post(url, data=values).status_code)

    threads = [threading.Thread(target=send, args=args) for args in sent]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers) == [303, 422]
    assert sorted(bool(parent) for parent in session.scalars(select(Unit.parent_id))) == [False, True]


def test_a_unit_of_another_structure_is_neither_seen_nor_a_parent(make, browser, director, snapshot):
    next_door = make.structure()
    theirs = unit(make, "Voisin", structure_id=next_door.id)
    assert "Voisin" not in browser.get(UNITS).text
    form = browser.form(f"{UNITS}/nouveau").values
    before = snapshot()
    answer = browser.client.post(f"{UNITS}/nouveau", data=form | {"name": "x", "parent": str(theirs.id)})
    assert answer.status_code == 422
    assert snapshot() == before


def test_a_unit_closes_and_reopens(make, browser, director, session):
    mine = unit(make, HOSTILE)
    assert press(browser, UNITS, f"{UNITS}/{mine.public_id}/fermer").status_code == 303
    page = browser.get(UNITS).text
    assert "<script>alert" not in page
    undo = f"{UNITS}/{mine.public_id}/rouvrir"
    assert session.get(Unit, mine.id).closed_at is not None
    closed = unit(make, "Nouveau")
    options = browser.get(f"{UNITS}/{closed.public_id}/modifier").text
    assert f'<option value="{mine.id}"' not in options, "a closed unit takes nothing in"
    assert press(browser, UNITS, undo).status_code == 303
    assert session.get(Unit, mine.id).closed_at is None


def test_a_unit_closes_after_what_it_holds_and_opens_before_it(make, browser, director, session, snapshot):
    top = unit(make, "Haut")
    low = unit(make, "Bas", parent_id=top.id)
    before = snapshot()
    answer = press(browser, UNITS, f"{UNITS}/{top.public_id}/fermer")
    assert answer.status_code == 422
    assert "d&#39;abord ce qu&#39;il contient : Bas" in answer.text
    assert snapshot() == before
    assert press(browser, UNITS, f"{UNITS}/{low.public_id}/fermer").status_code == 303
    assert press(browser, UNITS, f"{UNITS}/{top.public_id}/fermer").status_code == 303
    answer = press(browser, UNITS, f"{UNITS}/{low.public_id}/rouvrir")
    assert answer.status_code == 422
    assert "Rouvrez d&#39;abord « Haut »" in answer.text
    assert session.get(Unit, low.id).closed_at is not None


def test_the_second_editor_of_a_unit_chooses(make, browser, director, session):
    mine, top = unit(make, "Atelier"), unit(make, "Haut")
    url = f"{UNITS}/{mine.public_id}/modifier"
    stale = browser.form(url).values
    assert browser.submit(url, {"name": "Atelier bois"}).status_code == 303
    answer = browser.client.post(url, data=stale | {"name": "Atelier fer", "parent": str(top.id)})
    assert answer.status_code == 409
    form = next(one for one in forms_of(answer.text) if one.action == url)
    chosen = {"choice-name": "mine", "choice-parent": "mine"}
    assert browser.client.post(url, data=form.values | chosen).status_code == 303
    found = session.get(Unit, mine.id)
    assert (found.name, found.parent_id) == ("Atelier fer", top.id)


def test_saving_an_untouched_unit_changes_nothing(make, browser, director, snapshot):
    top = unit(make, "Haut", siret="40069031900035")
    mine = unit(make, "Bas", parent_id=top.id)
    before = but_the_nonce(snapshot())
    for one in (top, mine):
        assert browser.submit(f"{UNITS}/{one.public_id}/modifier", {}).status_code == 303
    assert but_the_nonce(snapshot()) == before


# --- The closing periods


def test_a_closing_is_added_changed_and_listed(make, browser, director, session):
    assert "Aucune fermeture prévue" in browser.get(CLOSINGS).text
    closing(make, date(2020, 8, 1), date(2020, 8, 21), label="Ancienne")
    typed = {"starts_on": "2095-12-24", "ends_on": "2095-12-31", "label": HOSTILE}
    assert browser.submit(f"{CLOSINGS}/nouvelle", typed).status_code == 303
    mine = session.scalars(select(ClosingPeriod).where(ClosingPeriod.label != "Ancienne")).one()
    assert (mine.structure_id, mine.starts_on, mine.ends_on) == (make.home.id, date(2095, 12, 24), date(2095, 12, 31))
    page = browser.get(CLOSINGS).text
    assert "<script>alert" not in page
    assert page.index("24/12/2095") < page.index("Passées") < page.index("01/08/2020")
    url = f"{CLOSINGS}/{mine.public_id}/modifier"
    assert browser.submit(url, {"ends_on": "2095-12-24", "label": "Réveillon"}).status_code == 303
    assert "Le 24/12/2095" in browser.get(CLOSINGS).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"ends_on": "2095-12-23"}, "avant le premier"),
        ({"ends_on": "2096-12-31"}, "un an au plus"),
        ({"starts_on": ""}, "nécessaire"),
        ({"starts_on": "demain"}, "Premier jour"),
        ({"starts_on": "0001-01-01"}, "Vérifiez l&#39;année"),
        ({"label": "x" * 101}, "100 caractères"),
    ],
)
def test_a_refused_closing_changes_nothing_and_keeps_what_was_typed(browser, director, snapshot, typed, said):
    form = browser.form(f"{CLOSINGS}/nouvelle").values
    given = {"starts_on": "2095-12-24", "ends_on": "2095-12-31", "label": HOSTILE} | typed
    before = snapshot()
    answer = browser.client.post(f"{CLOSINGS}/nouvelle", data=form | given)
    assert answer.status_code == 422
    assert said in answer.text
    assert snapshot() == before
    kept = next(one for one in forms_of(answer.text) if "label" in one.values).values
    assert {name: kept[name] for name in given} == given


def test_a_deleted_closing_comes_back(make, browser, director, session):
    mine = closing(make, date(2095, 8, 1), date(2095, 8, 21), label="Congés d'été")
    assert press(browser, CLOSINGS, f"{CLOSINGS}/{mine.public_id}/supprimer").status_code == 303
    assert session.scalars(select(ClosingPeriod)).all() == []
    assert press(browser, CLOSINGS, f"{CLOSINGS}/nouvelle").status_code == 303
    back = session.scalars(select(ClosingPeriod)).one()
    assert (back.starts_on, back.ends_on, back.label) == (mine.starts_on, mine.ends_on, "Congés d'été")
    assert back.structure_id == make.home.id


def test_the_second_editor_of_a_closing_chooses(make, browser, director, session):
    mine = closing(make, date(2095, 8, 1), date(2095, 8, 21))
    url = f"{CLOSINGS}/{mine.public_id}/modifier"
    stale = browser.form(url).values
    assert browser.submit(url, {"label": "Été"}).status_code == 303
    answer = browser.client.post(url, data=stale | {"ends_on": "2095-08-15"})
    assert answer.status_code == 409
    form = next(one for one in forms_of(answer.text) if one.action == url)
    chosen = {"choice-label": "theirs", "choice-ends_on": "mine"}
    assert browser.client.post(url, data=form.values | chosen).status_code == 303
    found = session.get(ClosingPeriod, mine.id)
    assert (found.label, found.ends_on) == ("Été", date(2095, 8, 15))


def test_closings_of_another_structure_are_not_there(make, browser, director, snapshot):
    theirs = closing(make, date(2095, 8, 1), date(2095, 8, 21), structure_id=make.structure().id)
    assert "2095" not in browser.get(CLOSINGS).text
    assert browser.get(f"{CLOSINGS}/{theirs.public_id}/modifier").status_code == 404
    tokens = browser.form(f"{CLOSINGS}/nouvelle").values
    before = snapshot()
    assert browser.client.post(f"{CLOSINGS}/{theirs.public_id}/supprimer", data=tokens).status_code == 404
    assert snapshot() == before
