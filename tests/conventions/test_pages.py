"""Conventions through their pages: written, signed, changed, kept, renewed, ended."""

import io
from datetime import date, timedelta
from pathlib import Path

import pypdfium2
import pytest
from pypdfium2 import raw
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from crm import clock
from crm.access.policy import Role
from crm.conventions import queries, services
from crm.conventions.enums import ConventionKind, ConventionState, Side, Stage
from crm.conventions.models import (
    ClauseTemplate,
    Commitment,
    Convention,
    ConventionDate,
    ConventionEdition,
    ConventionFile,
    Signatory,
    SigningDelegation,
)
from crm.reminders.models import Reminder
from crm.reminders.notices import services as notices
from tests.counting import statements
from tests.interactions.files import pdf as a_pdf

TODAY = date(2026, 11, 27)
#: What a name may hold and a page must show as it is.
HOSTILE = "#strong[Vasseur] *gras* _it_ \\ $x$ @ref <l> ```raw``` = Titre مخبز 😀 " + "é" * 240


@pytest.fixture
def director(make, browser):
    """A director who is signed in."""
    user = make.user(roles=[Role.DIRECTOR])
    browser.enter(user, make.home)
    return user


def the(session, public_id):
    return session.scalars(select(Convention).where(Convention.public_id == public_id)).one()


def people(session, convention):
    return list(session.scalars(select(Signatory).where(Signatory.convention_id == convention.id).order_by("position")))


def post(browser, page, action, **typed):
    form = browser.form(page, action=action)
    return browser.client.post(action, data=form.values | typed)


def test_a_convention_is_written_approved_signed_and_in_force(make, browser, session, director):
    partner = make.partner("Boulangerie Vasseur")
    contact = make.contact(partner, first_name="Paul", last_name="Vasseur", function="Gérant")
    make.add(ClauseTemplate(structure_id=make.home.id, title="Objet", text="Texte type."))
    make.add(ClauseTemplate(structure_id=make.home.id, title="Fonds", text="Non.", kind=ConventionKind.FUNDING))
    today = clock.today()
    typed = {
        "kind": "framework",
        "title": "Accueil 2026-2029",
        "purpose": "Accueillir.",
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=1100)).isoformat(),
    }
    answer = browser.submit(f"/partenaires/{partner.public_id}/conventions/nouvelle", typed)
    assert answer.status_code == 303
    convention = session.scalars(select(Convention)).one()
    here = f"/conventions/{convention.public_id}"
    assert answer.location == f"{here}/signataires"
    assert "Texte type." in browser.get(here).text
    assert "Non." not in browser.get(here).text, "an article for fundings alone"

    lines = {"who_0": f"u:{director.id}", "capacity_0": "Directrice", "who_1": f"c:{contact.public_id}"}
    assert browser.submit(f"{here}/signataires", lines).status_code == 303
    ours, theirs = people(session, convention)
    assert (ours.side, ours.name, theirs.side, theirs.capacity) == (Side.OURS, director.name, Side.THEIRS, "Gérant")
    assert "Aucune délégation de signature" in browser.get(here).text

    assert post(browser, here, f"{here}/etape", move="approve").status_code == 303
    make.add(SigningDelegation(structure_id=make.home.id, user_id=director.id, starts_on=today))
    for one in (ours, theirs):
        assert post(browser, here, f"{here}/signer", who=one.public_id, on=today.isoformat()).status_code == 303
    convention = the(session, convention.public_id)
    assert (convention.stage, convention.signed_on) == (Stage.SIGNED, today)
    page = browser.get(here).text
    assert "En vigueur" in page
    assert "Aucune délégation de signature" not in page
    story = browser.get(f"/partenaires/{partner.public_id}").text
    assert "Convention signée" in story
    assert "Accueil 2026-2029" in story


def test_an_edit_after_a_signature_makes_a_version_that_must_be_signed(make, browser, session, director):
    convention = make.convention(make.partner(), signed_on=date(2026, 2, 1))
    here = f"/conventions/{convention.public_id}"
    assert browser.submit(f"{here}/modifier", {}).status_code == 303
    assert the(session, convention.public_id).edition == 1, "saving it as it is changes nothing"
    assert browser.submit(f"{here}/modifier", {"purpose": "Autre chose."}).status_code == 303
    changed = the(session, convention.public_id)
    assert (changed.edition, changed.stage, changed.signed_on) == (2, Stage.TO_SIGN, None)
    assert [one.signed_on for one in people(session, changed)] == [None, None]
    [kept] = session.scalars(select(ConventionEdition)).all()
    assert (kept.number, "2026-02-01" in kept.content) == (1, True)
    page = browser.get(f"{here}/versions").text
    assert "Accueillir des personnes en insertion." in page
    assert "Autre chose." in page
    lines = {"title_0": "Assurance", "text_0": "Chacun la sienne."}
    assert browser.submit(f"{here}/articles", lines).status_code == 303
    assert the(session, convention.public_id).edition == 2, "nobody has signed the second version yet"


def test_what_is_missing_is_said_all_at_once_and_nothing_changes(make, browser, snapshot, director):
    convention = make.convention(make.partner(), purpose="")
    here = f"/conventions/{convention.public_id}"
    assert "Il manque l&#39;objet" in browser.get(here).text
    form = browser.form(f"{here}/modifier").values
    before = snapshot()
    refused = browser.client.post(f"{here}/etape", data=form | {"move": "approve"})
    assert (refused.status_code, "Il manque l&#39;objet" in refused.text) == (422, True)
    assert snapshot() == before


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"title": " "}, "À remplir"),
        ({"ends_on": "2025-01-01"}, "La fin est avant le début"),
        ({"starts_on": ""}, "Donnez aussi le jour où elle commence"),
        ({"ends_on": "", "tacit_months": "12"}, "a besoin d&#39;une date de fin"),
        ({"tacit_months": "douze"}, "Un nombre entier"),
        ({"tacit_times": "2"}, "Dites d&#39;abord de combien de mois"),
        ({"amount_asked": "-4"}, "Un nombre entier"),
        ({"owner": "99999"}, ""),
        ({"starts_on": "hier"}, "Date à revoir"),
    ],
)
def test_bad_values_are_told_and_kept_on_the_page(make, browser, snapshot, director, typed, says):
    url = f"/conventions/{make.convention(make.partner()).public_id}/modifier"
    before = snapshot()
    answer = browser.submit(url, typed)
    assert (answer.status_code, says in answer.text) == (422, True)
    assert snapshot() == before


def test_two_editors_choose_field_by_field(make, browser, session, director):
    convention = make.convention(make.partner())
    url = f"/conventions/{convention.public_id}/modifier"
    old = browser.form(url).values
    browser.submit(url, {"title": "Le premier"})
    answer = browser.client.post(url, data=old | {"title": "Le second"})
    assert (answer.status_code, "Le premier" in answer.text) == (409, True)
    assert the(session, convention.public_id).title == "Le premier"
    lines = f"/conventions/{convention.public_id}/engagements"
    old = browser.form(lines).values
    browser.submit(lines, {"wording_0": "Former", "side_0": "ours"})
    assert browser.client.post(lines, data=old | {"wording_0": "Payer", "side_0": "theirs"}).status_code == 409


def test_promises_and_days_are_kept_late_or_undone(make, browser, session, director):
    convention = make.convention(make.partner(), signed_on=date(2026, 2, 1))
    here = f"/conventions/{convention.public_id}"
    lines = {"wording_0": "Accueillir deux personnes", "side_0": "theirs", "due_on_0": "2026-03-01"}
    assert browser.submit(f"{here}/engagements", lines).status_code == 303
    assert browser.submit(f"{here}/echeances", {"kind_0": "review", "due_on_0": "2026-03-02"}).status_code == 303
    assert browser.get(here).text.count("En retard : pour le") == 2
    promise, review = (session.scalars(select(model)).one() for model in (Commitment, ConventionDate))
    for what, row in (("commitment", promise), ("date", review)):
        typed = {"what": what, "which": row.public_id, "on": clock.today().isoformat()}
        assert post(browser, here, f"{here}/tenu", **typed).status_code == 303
    assert session.scalars(select(Commitment)).one().kept_on == clock.today()
    assert session.scalars(select(ConventionDate)).one().done_on == clock.today()
    assert post(browser, here, f"{here}/tenu", what="date", which=review.public_id, on="").status_code == 303
    assert session.scalars(select(ConventionDate)).one().done_on is None
    assert browser.submit(f"{here}/engagements", {"wording_0": "", "side_0": "", "due_on_0": ""}).status_code == 303
    assert session.scalars(select(Commitment)).all() == [], "a line that is emptied goes"


def test_a_renewal_is_linked_and_a_termination_undone(make, browser, session, director):
    convention = make.convention(make.partner(), signed_on=date(2026, 2, 1))
    here = f"/conventions/{convention.public_id}"
    answer = post(browser, here, f"{here}/renouveler")
    following = session.scalars(select(Convention).where(Convention.renews_id == convention.id)).one()
    assert answer.location == f"/conventions/{following.public_id}"
    assert (following.starts_on, following.ends_on) == (date(2029, 1, 1), date(2031, 12, 31))
    assert (following.stage, [one.signed_on for one in people(session, following)]) == (Stage.DRAFT, [None, None])
    form = browser.form(f"{here}/modifier").values
    assert browser.client.post(f"{here}/renouveler", data=form).status_code == 422

    typed = {"on": clock.today().isoformat(), "reason": "Liquidation judiciaire."}
    assert browser.submit(f"{here}/resilier", {"on": typed["on"], "reason": " "}).status_code == 422
    assert browser.submit(f"{here}/resilier", typed).status_code == 303
    assert "Liquidation judiciaire." in browser.get(here).text
    assert post(browser, here, f"{here}/retablir").status_code == 303
    assert the(session, convention.public_id).terminated_on is None


def test_the_bin_hides_and_gives_back(make, browser, session, director):
    convention = make.convention(make.partner())
    here = f"/conventions/{convention.public_id}"
    assert post(browser, here, f"{here}/corbeille").status_code == 303
    assert browser.get(here).status_code == 404
    assert convention.title not in browser.get("/conventions?state=all").text
    assert post(browser, "/conventions?state=bin", f"{here}/restaurer").status_code == 303
    assert browser.get(here).status_code == 200
    with make.transaction() as writing:
        row = the(writing, convention.public_id)
        row.binned_at = clock.now() - timedelta(days=31)
    with make.transaction() as writing:
        assert services.purge(writing, now=clock.now()) == 1
    assert session.scalars(select(Convention)).all() == []


def test_the_state_in_sql_is_that_of_the_rule(make):
    """Every combination of stage, days, renewal and termination, on both engines."""
    partner, home = make.partner(), make.home
    day = timedelta(days=1)
    ends = [None, TODAY - day, TODAY, date(2027, 5, 27), date(2027, 5, 28)]
    with make.transaction() as writing:
        for stage in Stage:
            for starts_on in (None, date(2024, 1, 1), TODAY + day):
                for end in ends:
                    if end and (starts_on is None or end < starts_on):
                        continue
                    for terminated_on in (None, TODAY, TODAY + day):
                        for next_on in (None, TODAY, TODAY + day):
                            one = Convention(
                                partner_id=partner.id, structure_id=home.id, kind=ConventionKind.FRAMEWORK,
                                title="x", stage=stage, starts_on=starts_on, ends_on=end, final_on=end,
                                terminated_on=terminated_on, created_at=clock.now(),
                            )  # fmt: skip
                            writing.add(one)
                            if next_on:
                                writing.flush()
                                writing.add(
                                    Convention(
                                        partner_id=partner.id, structure_id=home.id, title="suite",
                                        kind=ConventionKind.FRAMEWORK, stage=Stage.SIGNED, starts_on=next_on,
                                        renews_id=one.id, created_at=clock.now(),
                                    )
                                )  # fmt: skip
    with make.transaction(writes=False) as reading:
        rows = reading.execute(select(Convention, queries.SUCCEEDED_ON)).all()
        expected = {one.id: queries._state(one, after, TODAY) for one, after in rows}
        found = {
            key: state
            for state in ConventionState
            for key in reading.scalars(select(Convention.id).where(queries.in_state(state, TODAY)))
        }
    assert found == expected
    assert set(expected.values()) == set(ConventionState)


def test_the_list_filters_pages_and_costs_the_same(app, make, browser, director):
    garage, bakery = make.partner("Garage du Parc"), make.partner("Boulangerie Vasseur")
    make.convention(garage, signed_on=date(2026, 2, 1), title="Mécanique", owner_id=director.id)
    ended = {"starts_on": date(2020, 1, 1), "ends_on": date(2022, 1, 1)}
    make.convention(bakery, signed_on=date(2020, 1, 1), title="Ancienne", **ended)
    page = browser.get("/conventions").text
    assert "Mécanique" in page
    assert "Ancienne" not in page
    assert "Ancienne" in browser.get("/conventions?state=ended").text
    assert "Mécanique" not in browser.get("/conventions?state=all&q=boulang").text
    assert "Mécanique" not in browser.get("/conventions?kind=funding").text
    assert "Mécanique" in browser.get(f"/conventions?owner={director.id}&q=garage&kind=framework").text
    assert browser.get("/conventions?state=n&kind=n&owner=n&after=n").status_code == 200
    with statements(app) as few:
        browser.get("/conventions")
    for number in range(51):
        make.convention(garage, title=f"Numéro {number:02}")
    with statements(app) as many:
        first = browser.get("/conventions")
    assert len(many) == len(few)
    after = first.text.split("after=")[1].split('"')[0]
    second = browser.get(f"/conventions?after={after}").text
    assert (first.text + second).count("Numéro ") == 51


def test_another_structure_and_those_without_the_right_see_nothing(make, browser):
    partner = make.partner()
    convention = make.convention(partner, signed_on=date(2026, 2, 1))
    next_door = make.structure()
    ours = make.actor(make.user(roles=[Role.COUNSELLOR]), roles=[Role.COUNSELLOR])
    stranger = make.user(roles=[Role.DIRECTOR], structure=next_door)
    theirs = make.actor(stranger, roles=[Role.DIRECTOR], structure=next_door)
    with make.transaction(writes=False) as reading:
        bound = queries.binding(reading, [partner.id], actor=ours, today=TODAY)
        assert bound[partner.id].public_id == convention.public_id
        assert queries.binding(reading, [partner.id], actor=theirs, today=TODAY) == {}
    browser.enter(make.user(roles=[Role.VOLUNTEER]), make.home)
    assert convention.title not in browser.get(f"/partenaires/{partner.public_id}").text


def test_the_paper_shows_every_name_as_it_is(make, browser, director):
    partner = make.partner(HOSTILE[:200])
    convention = make.convention(partner, title=HOSTILE[:200], purpose=HOSTILE + "\n= Faux titre\n#pagebreak()")
    with make.transaction() as writing:
        for one in people(writing, convention):
            one.name = HOSTILE[:300]
    here = f"/conventions/{convention.public_id}"
    assert browser.get(f"{here}/apercu").status_code == 200
    assert browser.get(f"{here}/page?page=1").data.startswith(b"\x89PNG")
    document = pypdfium2.PdfDocument(browser.get(f"{here}/pdf").data)
    try:
        text = " ".join(page.get_textpage().get_text_range() for page in document)
        assert raw.FPDFCatalog_IsTagged(document.raw)
        assert len(document) <= 4
    finally:
        document.close()
    flat = "".join(text.split())
    for part in ("#strong[Vasseur]", "*gras*", "_it_", "\\$x$@ref<l>", "```raw```=Titre", "#pagebreak()", "=Fauxtitre"):
        assert part in flat


def test_plain_text_makes_an_accessible_file(make, browser, director):
    convention = make.convention(make.partner("Boulangerie « L'Épi d'œuvre »"), signed_on=date(2026, 2, 1))
    content = browser.get(f"/conventions/{convention.public_id}/pdf").data
    assert b"pdfuaid" in content, "PDF/UA is claimed"
    document = pypdfium2.PdfDocument(content)
    try:
        assert "L'Épi d'œuvre" in document[0].get_textpage().get_text_range()
    finally:
        document.close()


def test_a_signed_copy_is_kept_with_its_mark_and_taken_away_with_an_undo(make, browser, session, director, app):
    convention = make.convention(make.partner(), signed_on=date(2026, 2, 1))
    here = f"/conventions/{convention.public_id}"
    form = browser.form(here, action=f"{here}/exemplaire").values

    def send(content, name):
        fresh = browser.form(here, action=f"{here}/exemplaire").values
        sent = fresh | {"document": FileStorage(io.BytesIO(content), name)}
        return browser.client.post(f"{here}/exemplaire", data=sent, content_type="multipart/form-data")

    assert send(b"<svg onload=alert(1)>", "signee.pdf").status_code == 422
    assert browser.client.post(f"{here}/exemplaire", data=form).status_code == 422, "no file"
    assert send(a_pdf(), "signée.pdf").status_code == 303
    file = session.scalars(select(ConventionFile)).one()
    assert (file.edition, len(file.sha256)) == (1, 64)
    got = browser.get(f"/exemplaires/{file.public_id}")
    assert (got.status_code, got.headers["Content-Disposition"].startswith("attachment")) == (200, True)
    assert "sandbox" in got.headers["Content-Security-Policy"]
    assert post(browser, here, f"/exemplaires/{file.public_id}/retirer").status_code == 303
    undo = browser.form(here, action=f"/exemplaires/{file.public_id}/remettre").values
    assert browser.get(f"/exemplaires/{file.public_id}").status_code == 404
    assert browser.client.post(f"/exemplaires/{file.public_id}/remettre", data=undo).status_code == 303
    assert browser.get(f"/exemplaires/{file.public_id}").status_code == 200
    (Path(app.config["INSTANCE"]) / "conventions" / file.key).write_bytes(b"autre chose")
    assert browser.get(f"/exemplaires/{file.public_id}").status_code == 404, "its bytes are no longer what was signed"


def test_reminders_come_and_are_done_by_a_renewal(make, session, director):
    now = clock.now()
    today = clock.day_of(now)
    ending = {"starts_on": today - timedelta(days=700), "ends_on": today + timedelta(days=20)}
    convention = make.convention(make.partner(), signed_on=date(2025, 1, 1), owner_id=director.id, **ending)
    monday = now + timedelta(days=(7 - today.weekday()) % 7)
    with make.transaction(make.actor(director, roles=[Role.DIRECTOR]), now=monday) as writing:
        notices.sweep(writing, now=monday)
    [reminder] = session.scalars(select(Reminder)).all()
    assert (reminder.rule, reminder.convention_id) == ("conventions.ending", convention.id)
    with make.transaction(make.actor(director, roles=[Role.DIRECTOR]), now=monday) as writing:
        writing.add(
            Convention(
                partner_id=convention.partner_id, structure_id=convention.structure_id, kind=ConventionKind.FRAMEWORK,
                title="Suite", renews_id=convention.id, created_at=now,
            )
        )  # fmt: skip
    assert session.scalars(select(Reminder)).one().state == "done"


def test_articles_and_delegations_are_settled_by_the_direction(make, browser, session, director):
    url = "/reglages/conventions/articles/nouveau"
    assert browser.submit(url, {"kind": "", "title": "Objet", "text": "=1+1 <b>"}).status_code == 303
    template = session.scalars(select(ClauseTemplate)).one()
    assert browser.submit(f"/reglages/conventions/articles/{template.public_id}", {"text": "Deux"}).status_code == 303
    here = "/reglages/conventions"
    assert post(browser, here, f"{here}/articles/{template.public_id}/supprimer").status_code == 303
    assert session.scalars(select(ClauseTemplate)).all() == []
    assert post(browser, here, url).status_code == 303, "the undo writes it again"
    assert session.scalars(select(ClauseTemplate)).one().text == "Deux"

    url = f"{here}/delegations/nouvelle"
    typed = {"user": str(director.id), "starts_on": "2026-01-01", "kind_funding": "y", "act": "CA du 12/03/2026"}
    assert browser.submit(url, typed | {"ends_on": "2025-01-01"}).status_code == 422
    assert browser.submit(url, typed).status_code == 303
    one = session.scalars(select(SigningDelegation)).one()
    assert (one.kinds, one.act) == ("funding", "CA du 12/03/2026")
    page = f"{here}/delegations/{one.public_id}"
    sent = browser.form(page, action=f"{page}/acte").values | {"document": FileStorage(io.BytesIO(a_pdf()), "acte.pdf")}
    assert browser.client.post(f"{page}/acte", data=sent, content_type="multipart/form-data").status_code == 303
    assert "acte.pdf" in browser.get(here).text


def test_a_merge_takes_the_conventions_along(make, session):
    """The column says so; what moves is then told by name on the page of the merge."""
    fate = Convention.__table__.c.partner_id.foreign_keys
    assert [key.info["merge"] for key in fate] == ["move"]
