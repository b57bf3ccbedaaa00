"""What a digest says, and to whom."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from crm.access.policy import Role
from crm.accounts.models import Membership
from crm.db import db
from crm.reminders import delivery
from crm.reminders.digest import MOST, Digest, Entry, build
from crm.reminders.schedule import Due
from crm.web.application import Application
from tests.factories import Factory

MONDAY = date(2026, 11, 23)
MORNING = datetime(2026, 11, 23, 6, 31, tzinfo=UTC)
DUE = Due(MONDAY, datetime(2026, 11, 23, 6, 30, tzinfo=UTC), late=False)


def entry(due_on: date, what: str = "Relancer", about: str = "Garage du Parc") -> Entry:
    return Entry(what, due_on, about, "https://exemple.test/partenaires/x")


def shape(digest: Digest | None) -> list[tuple[str, int]]:
    assert digest is not None
    return [(str(section.heading), len(section.entries)) for section in digest.sections]


def test_nothing_to_say() -> None:
    assert build([], DUE) is None
    assert build([entry(MONDAY + timedelta(days=7))], DUE) is None


def test_three_heaps() -> None:
    days = [-30, -1, 0, 1, 6, 7]
    digest = build([entry(MONDAY + timedelta(days=n)) for n in days], DUE)
    assert shape(digest) == [("En retard", 2), ("Aujourd'hui", 1), ("Cette semaine", 2)]
    assert digest is not None
    assert str(digest.title) == "Passerelle, 2026-11-23 : 5 à faire, dont 2 en retard"


def test_a_title_without_anything_late() -> None:
    digest = build([entry(MONDAY)], DUE)
    assert digest is not None
    assert str(digest.title) == "Passerelle, 2026-11-23 : 1 à faire"


def test_a_long_heap_says_how_many_more() -> None:
    digest = build([entry(MONDAY) for _ in range(MOST + 12)], DUE)
    assert digest is not None
    (today,) = digest.sections
    assert (len(today.entries), today.hidden) == (MOST, 12)


def test_what_somebody_typed_stays_on_its_line() -> None:
    hostile = "Garage\r\nBcc: autre@exemple.test\r\n\r\nEN RETARD\u2028- Payer\x00\x1b[2J"
    digest = build([entry(MONDAY, what=hostile, about="=1+1\n=2+2")], DUE)
    assert digest is not None
    line = digest.sections[0].entries[0]
    assert line.what == "Garage Bcc: autre@exemple.test EN RETARD - Payer [2J"
    assert line.about == "=1+1 =2+2"


def planned(app: Application, now: datetime = MORNING) -> dict[str, tuple[str, str]]:
    with app.app_context():
        return {p.draft.recipient: (p.draft.title, p.draft.body) for p in delivery.preview(app, now=now)}


def test_the_whole_text(app: Application, make: Factory) -> None:
    reader = make.user(email="ines@exemple.test")
    garage = make.partner("Garage du Parc")
    make.todo(garage, reader, due_on=date(2026, 11, 20), what="Rappeler le décideur")
    make.todo(garage, reader, due_on=MONDAY, what="Envoyer la plaquette")
    make.todo(garage, reader, due_on=date(2026, 11, 25), what="Préparer la visite")
    make.todo(garage, reader, due_on=date(2026, 12, 25), what="Vœux")
    make.todo(garage, reader, due_on=MONDAY, what="Déjà fait", done_at=MORNING)
    title, body = planned(app)["ines@exemple.test"]
    url = f"http://127.0.0.1:5000/partenaires/{garage.public_id}"
    assert title == "Passerelle, lundi 23 novembre : 3 à faire, dont 1 en retard"
    assert body.rstrip("\n").splitlines() == [
        f"Bonjour {reader.name},",
        "",
        "EN RETARD",
        "- Rappeler le décideur · Garage du Parc · il y a 3 jours",
        f"  {url}",
        "",
        "AUJOURD'HUI",
        "- Envoyer la plaquette · Garage du Parc · aujourd'hui",
        f"  {url}",
        "",
        "CETTE SEMAINE",
        "- Préparer la visite · Garage du Parc · dans 2 jours",
        f"  {url}",
        "",
        "Tout voir : http://127.0.0.1:5000/aujourdhui",
        "",
        "-- ",
        "Vous recevez ce message parce que vous avez demandé le récapitulatif du matin dans Passerelle.",
    ]


def test_each_in_their_own_language(app: Application, make: Factory) -> None:
    for language in ("fr", "en"):
        reader = make.user(email=f"{language}@exemple.test", language=language)
        make.todo(make.partner(), reader, due_on=MONDAY)
    found = planned(app)
    assert "lundi 23 novembre" in found["fr@exemple.test"][0]
    title, body = found["en@exemple.test"]
    assert "Monday 23 November" in title
    assert "à faire" not in title
    assert not {"AUJOURD'HUI", "Bonjour", "récapitulatif"} & set(body.replace(",", " ").split())


def test_late_says_so(app: Application, make: Factory) -> None:
    make.todo(make.partner(), make.user(email="ines@exemple.test"), due_on=MONDAY)
    assert "en retard : il" not in planned(app)["ines@exemple.test"][1]
    noon = MORNING + timedelta(hours=5)
    body = planned(app, noon)["ines@exemple.test"][1]
    assert "Ce récapitulatif part en retard : il était attendu à 07:30." in body.splitlines()


def test_links_come_from_the_public_address_alone(
    app: Application, make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://passerelle.exemple.test/crm")
    garage = make.partner()
    make.todo(garage, make.user(email="ines@exemple.test"), due_on=MONDAY)
    hostile = {"Host": "attaquant.test", "X-Forwarded-Host": "attaquant.test"}
    with app.test_request_context("/", headers=hostile):
        ((_, body),) = planned(app).values()
    assert f"https://passerelle.exemple.test/crm/partenaires/{garage.public_id}" in body.split()
    assert "https://passerelle.exemple.test/crm/aujourdhui" in body.split()
    assert "attaquant" not in body


def test_only_ones_own_and_only_of_ones_structures(app: Application, make: Factory) -> None:
    other = make.structure("Le Relais d'à côté")
    here, there = make.user(email="ici@exemple.test"), make.user(email="labas@exemple.test", structure=other)
    garage = make.partner("Garage commun")
    make.todo(garage, here, due_on=MONDAY, what="CANARI ici")
    make.todo(garage, there, due_on=MONDAY, what="CANARI là-bas", structure=other)
    # Assigned to somebody who has since left that structure, or never belonged to it.
    make.todo(garage, here, due_on=MONDAY, what="CANARI quittée", structure=other)
    found = planned(app)
    assert "CANARI ici" in found["ici@exemple.test"][1]
    assert found["ici@exemple.test"][1].count("CANARI") == 1
    assert "CANARI là-bas" in found["labas@exemple.test"][1]
    assert found["labas@exemple.test"][1].count("CANARI") == 1


def test_the_structure_is_named_when_there_are_two(app: Application, make: Factory) -> None:
    other = make.structure("Le Relais d'à côté")
    both = make.user(email="deux@exemple.test")
    make.add(Membership(user_id=both.id, structure_id=other.id, role=Role.COUNSELLOR))
    make.todo(make.partner("Garage"), both, due_on=MONDAY, what="Appeler", structure=other)
    make.todo(make.partner("Mairie"), both, due_on=MONDAY, what="Écrire")
    body = planned(app)["deux@exemple.test"][1]
    assert "- Appeler · Garage · aujourd'hui (Le Relais d'à côté)" in body.splitlines()
    assert "- Écrire · Mairie · aujourd'hui (Les Ateliers de la Bièvre)" in body.splitlines()


@pytest.mark.parametrize("role", [Role.BOARD, Role.ADMIN, Role.TUTOR])
def test_a_role_without_things_to_do_gets_none(app: Application, make: Factory, role: Role) -> None:
    make.todo(make.partner(), make.user(roles=[role]), due_on=MONDAY)
    assert planned(app) == {}


def test_nobody_who_is_gone_or_wants_none(app: Application, make: Factory) -> None:
    for values in ({"active": False}, {"digest_at": None}):
        make.todo(make.partner(), make.user(**values), due_on=MONDAY)
    assert planned(app) == {}


def test_reading_costs_the_same_for_one_todo_and_for_many(app: Application, make: Factory) -> None:
    reader = make.user()
    make.todo(make.partner(), reader, due_on=MONDAY)
    one = statements(app)
    for _ in range(20):
        make.todo(make.partner(), reader, due_on=MONDAY)
    assert statements(app) == one


def statements(app: Application) -> int:
    """How many statements a preview sends."""
    sent: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    with app.app_context():
        sa.event.listen(db.engine, "before_cursor_execute", count)
        try:
            assert len(delivery.preview(app, now=MORNING)) == 1
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", count)
    return len(sent)
