"""Documents of an exchange, through the pages: kept by content, given back shut in, taken away with an undo."""

import io
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from PIL import Image
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from crm import clock
from crm.accounts.models import User
from crm.interactions import services as exchanges
from crm.interactions.documents import services
from crm.interactions.documents.models import Document
from crm.interactions.models import Interaction
from tests.interactions.files import EICAR, office, pdf, picture
from tests.interactions.test_documents_inspection import HOSTILE_NAMES


@pytest.fixture
def folder(app):
    """Where files are kept, empty."""
    place = Path(app.config["INSTANCE"]) / "documents"
    place.mkdir(exist_ok=True)
    for file in place.iterdir():
        file.unlink()
    return place


@pytest.fixture
def exchange(make, browser, folder):
    """An exchange of whom is signed in."""
    user = make.user()
    browser.enter(user, make.home)
    return make.interaction(make.partner(), user)


def author_of(make, exchange):
    """Who is signed in."""
    with make.transaction(writes=False) as reading:
        return reading.get(User, exchange.author_id)


def send(browser, exchange, *files):
    """Attach these (content, name) to the exchange."""
    url = f"/echanges/{exchange.public_id}"
    return post(browser, url, f"{url}/documents", {}, *files)


def post(browser, page, action, typed, *files):
    """Fill the form of the page and send it with files, all in memory."""
    values = browser.form(page, action=action).values | typed
    sent = MultiDict(values)
    sent.setlist("documents", [FileStorage(io.BytesIO(content), name) for content, name in files])
    boundary, body = encode_multipart(sent)
    return browser.client.post(action, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def names(session):
    """The documents kept."""
    return list(session.scalars(select(Document.name).order_by(Document.id)))


@pytest.mark.parametrize(
    ("content", "name", "kind", "previews"),
    [
        (picture("JPEG"), "Carte de visite.jpg", "image/jpeg", 1),
        (picture("PNG"), "plan.png", "image/png", 1),
        (pdf(2), "Plaquette.pdf", "application/pdf", 2),
        (office("docx"), "Lettre.docx", "wordprocessingml", 0),
        (office("xlsx"), "Liste.xlsx", "spreadsheetml", 0),
    ],
)
def test_a_document_is_kept_shown_and_given_back(browser, session, folder, exchange, content, name, kind, previews):
    answer = send(browser, exchange, (content, name))
    assert (answer.status_code, answer.location) == (303, f"/echanges/{exchange.public_id}")
    document = session.scalars(select(Document)).one()
    file = folder / document.key
    assert (document.name, document.size, file.stat().st_mode & 0o777) == (name, file.stat().st_size, 0o600)
    assert name not in document.key
    assert name in browser.get(f"/echanges/{exchange.public_id}").text

    given = browser.get(f"/documents/{document.public_id}")
    assert given.data == file.read_bytes()
    assert kind in given.mimetype
    assert given.headers["Content-Disposition"].startswith("attachment;")
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in given.headers["Content-Security-Policy"]
    assert "script-src" not in given.headers["Content-Security-Policy"]
    assert given.headers["Cache-Control"] == "no-store"

    page = browser.get(f"/documents/{document.public_id}/apercu").text
    assert page.count("documents__page") == previews
    for number in range(4):
        drawn = browser.get(f"/documents/{document.public_id}/image?page={number}")
        assert drawn.status_code == (200 if 1 <= number <= previews else 404)
        if drawn.status_code == 200:
            assert (drawn.mimetype, Image.open(io.BytesIO(drawn.data)).format) == ("image/png", "PNG")
            assert "sandbox" in drawn.headers["Content-Security-Policy"]


def test_the_position_of_a_picture_is_not_kept(browser, session, folder, exchange):
    send(browser, exchange, (picture("JPEG"), "IMG.jpg"))
    (file,) = folder.iterdir()
    image = Image.open(io.BytesIO(file.read_bytes()))
    assert (image.size, dict(image.getexif())) == ((30, 40), {})
    assert b"Marque" not in file.read_bytes()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "photo.png"),
        (b"<html><script>alert(1)</script>", "lettre.pdf"),
        (b"%PDF-1.4 <html><script>alert(1)</script>", "lettre.pdf"),
        (EICAR, "eicar.com"),
        (EICAR, "eicar.pdf"),
        (b"", "vide.pdf"),
        (pdf(1, encrypt=True), "secret.pdf"),
        (office("docx", {"word/vbaProject.bin": b"x"}), "lettre.docx"),
        (b"%PDF-" + b"x" * (10 * 1024 * 1024), "lourd.pdf"),
    ],
)
def test_a_refused_file_leaves_nothing(browser, snapshot, folder, exchange, content, name):
    before = snapshot()
    answer = send(browser, exchange, (picture("PNG"), "bon.png"), (content, name))
    assert (answer.status_code, "Aucun fichier" in answer.text) == (422, True)
    assert snapshot() == before
    assert list(folder.iterdir()) == []


def test_more_than_a_request_may_carry_is_refused(browser, snapshot, folder, exchange):
    before = snapshot()
    head = b'--x\r\nContent-Disposition: form-data; name="documents"; filename="lourd.pdf"\r\n\r\n%PDF-'
    body = head + b"x" * (12 * 1024 * 1024) + b"\r\n--x--\r\n"
    url = f"/echanges/{exchange.public_id}/documents"
    assert browser.client.post(url, data=body, content_type="multipart/form-data; boundary=x").status_code == 413
    assert snapshot() == before


def test_forty_hostile_names_are_kept_under_harmless_ones(browser, session, folder, exchange, make):
    # Those that a browser would escape in the header, and the test client does not, are tried in
    # test_documents_inspection; so are those of which Werkzeug leaves nothing.
    asked = [name for name in HOSTILE_NAMES if name and name.isprintable() and not set(name) & set('"\\')]
    content = picture("PNG", (2, 2))
    for start in range(0, len(asked), 20):
        other = make.interaction(make.partner(), author_of(make, exchange))
        for name in asked[start : start + 20]:
            assert send(browser, other, (content, name)).status_code == 303, name
    kept = names(session)
    assert len(kept) == len(asked)
    for document in session.scalars(select(Document)):
        given = browser.get(f"/documents/{document.public_id}")
        header = given.headers["Content-Disposition"]
        assert (given.status_code, header.startswith("attachment; filename")) == (200, True)
        assert not set(unquote(header.partition("=")[2])) & set("\r\n/\\<>")
    assert {file.parent for file in folder.iterdir()} == {folder}


def test_files_come_with_a_new_exchange_or_not_at_all(browser, session, snapshot, folder, exchange, make):
    url = f"/partenaires/{make.partner().public_id}/echanges/nouveau"
    before = snapshot()
    answer = post(browser, url, url, {"report": "À garder"}, (picture(), "a.jpg"), (EICAR, "b.pdf"))
    assert (answer.status_code, "À garder" in answer.text, "ni un PDF" in answer.text) == (422, True, True)
    assert snapshot() == before
    assert list(folder.iterdir()) == []
    assert post(browser, url, url, {"report": "Dit."}, (picture(), "a.jpg"), (pdf(), "b.pdf")).status_code == 303
    assert names(session) == ["a.jpg", "b.pdf"]


@pytest.mark.parametrize("step", ["look_at", "attach"])
def test_files_are_looked_at_before_the_database_is_held(app, browser, exchange, folder, monkeypatch, step):
    """A large picture takes seconds: somebody else saves meanwhile, on SQLite too, where there is one writer."""
    real, others = getattr(services, step), []

    def meanwhile(*args, **kwargs):
        with app.extensions["sqlalchemy"].engine.connect() as other:
            try:
                other.execute(update(User).values(language="fr"))
                others.append("saved")
            except OperationalError:  # after the five seconds of its patience
                others.append("had to wait")
        return real(*args, **kwargs)

    monkeypatch.setattr(services, step, meanwhile)
    assert send(browser, exchange, (picture(), "a.jpg")).status_code == 303
    held = step == "attach" and app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite")
    assert others == ["had to wait" if held else "saved"]


def test_taken_away_put_back_then_forgotten(browser, session, folder, exchange, make, now):
    send(browser, exchange, (picture(), "a.jpg"))
    document = session.scalars(select(Document)).one()
    show, there = f"/echanges/{exchange.public_id}", f"/documents/{document.public_id}"
    browser.get(f"{there}/image")
    assert len(list(folder.iterdir())) == 2
    assert browser.submit(show, {}, action=f"{there}/retirer").status_code == 303
    undo = browser.form(show, action=f"{there}/remettre")
    assert browser.get(there).status_code == 404
    assert browser.get(f"{there}/image").status_code == 404
    assert browser.client.post(undo.action, data=undo.values).status_code == 303
    assert browser.get(there).status_code == 200

    browser.submit(show, {}, action=f"{there}/retirer")
    removed = session.scalars(select(Document.removed_at)).one()
    for later, left in ((timedelta(days=29), 1), (timedelta(days=31), 0)):
        with make.transaction() as writing:
            services.purge(writing, folder=folder, now=removed + later)
        assert session.scalar(select(func.count(Document.id))) == left
        assert bool(list(folder.iterdir())) == bool(left)


def test_a_missing_or_spoiled_file_is_said(browser, session, folder, exchange):
    send(browser, exchange, (picture(), "a.jpg"))
    document = session.scalars(select(Document)).one()
    (folder / document.key).write_bytes(b"autre chose")
    answer = browser.get(f"/documents/{document.public_id}")
    assert (answer.status_code, "abîmé" in answer.text) == (404, True)
    (folder / document.key).unlink()
    assert browser.get(f"/documents/{document.public_id}").status_code == 404


def test_documents_stay_in_their_structure_and_follow_their_exchange(browser, session, folder, exchange, make, now):
    there = make.structure()
    sonia = make.user(structure=there)
    theirs = make.document(make.interaction(make.partner(), sonia, structure=there, shared=True))
    binned = make.document(make.interaction(make.partner(), author_of(make, exchange), binned_at=now))
    hidden = make.document(make.interaction(make.partner(binned_at=now), author_of(make, exchange)))
    for document in (theirs, binned, hidden):
        for end in ("", "/apercu", "/image"):
            assert browser.get(f"/documents/{document.public_id}{end}").status_code == 404
    assert session.scalar(select(func.count(Interaction.id))) == 4


def test_an_exchange_forgotten_takes_its_files_with_it(session, folder, exchange, make, now):
    file = folder / make.document(exchange).key
    make.document(make.interaction(make.partner(), author_of(make, exchange)))
    with make.transaction() as writing:
        writing.get(Interaction, exchange.id).binned_at = now
    for days, left in ((29, 2), (31, 1)):
        with make.transaction() as writing:
            exchanges.purge(writing, now=now + timedelta(days=days))
        assert session.scalar(select(func.count(Document.id))) == left
    for later, stays in ((timedelta(hours=1), True), (timedelta(days=2), False)):
        with make.transaction() as writing:
            services.purge(writing, folder=folder, now=clock.now() + later)
        assert (file.exists(), len(list(folder.iterdir()))) == (stays, 1 + stays)


def test_a_refused_form_says_that_its_files_are_to_be_chosen_again(browser, make, exchange, folder, snapshot):
    url = f"/partenaires/{make.partner('Garage du Parc').public_id}/echanges/nouveau"
    said = "les documents sont à choisir de nouveau"
    before = snapshot()
    with_file = post(browser, url, url, {"report": ""}, (picture("PNG"), "bon.png"))
    assert (with_file.status_code, said in with_file.text) == (422, True)
    without = browser.submit(url, {"report": ""})
    assert (without.status_code, said in without.text) == (422, False)
    assert snapshot() == before
    assert list(folder.iterdir()) == []


def test_a_number_leads_to_the_page_that_notes_the_call(browser, make, exchange):
    partner = make.partner("Garage du Parc", phone="+33199001234")
    contact = make.contact(partner, phone="+33199005678")
    call = f"/partenaires/{partner.public_id}/appel"
    assert browser.get(f"/partenaires/{partner.public_id}").text.count(f'data-call="{call}"') >= 2
    assert f'data-call="{call}?contact={contact.public_id}"' in browser.get(f"/contacts/{contact.public_id}").text
