"""
Every route × every role × both sides of a structure's wall, generated from the policy: it grows with each route.

A role that lacks the right meets 403, an object of another structure 404, a visitor the sign-in page; and whatever is
refused leaves every table as it was. A route whose address holds an identifier must say here what it names.
"""

import secrets
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from config import ForTests
from crm import clock, create_app
from crm.access.guard import ASSET, CONFIRMED, PUBLIC, SIGNED_IN, needs_of
from crm.access.policy import GRANTS, Permission, Role
from crm.accounts.enums import LegalKind
from crm.accounts.models import ClosingPeriod, Device, OpenSession, Structure, Unit, User
from crm.accounts.own.queries import mark_of
from crm.dedupe.merging import queries as merging_queries
from crm.dedupe.merging import services as merging
from crm.dedupe.merging.models import MergeProposal
from crm.dedupe.merging.sides import proposed, remaining
from crm.imports.enums import ImportState
from crm.imports.models import Import
from crm.imports.sifting.enums import SiftState
from crm.imports.sifting.models import SiftedFile
from crm.method.enums import ActionKind
from crm.method.models import Initiative, Partnership
from crm.method.partnerships.models import Action
from crm.partners.enums import NeedKind
from crm.partners.listing.enums import BulkKind
from crm.partners.listing.models import BulkAction, SavedView
from crm.partners.models import Need, Tag
from tests.access import conventions
from tests.factories import Factory
from tests.method import cards
from tests.pages import Browser

#: The accounts that can sign in: a tutor has none.
ROLES = [role for role in Role if role is not Role.TUTOR]

Maker = Callable[[Factory, Structure, User], str]


def a_partner(make: Factory, _structure: Structure, _user: User) -> str:
    """Shared by the whole collectif: visible from everywhere."""
    return make.partner().public_id


def a_contact(make: Factory, _structure: Structure, _user: User) -> str:
    """Shared too."""
    return make.contact(make.partner()).public_id


def a_todo(make: Factory, structure: Structure, user: User) -> str:
    """Of one structure."""
    return make.todo(make.partner(), user, due_on=date(2026, 12, 1), structure=structure).public_id


def an_exchange(make: Factory, structure: Structure, user: User) -> str:
    """Of one structure, by that person; not shared."""
    return make.interaction(make.partner(), user, structure=structure).public_id


def a_document(make: Factory, structure: Structure, user: User) -> str:
    """Of one structure, on an exchange of that person."""
    interaction = make.interaction(make.partner(), user, structure=structure)
    return make.document(interaction).public_id


def a_session(make: Factory, structure: Structure, user: User) -> str:
    """Of one person."""
    key = secrets.token_bytes(32)
    then = clock.now()
    make.add(OpenSession(token_hash=key, user_id=user.id, structure_id=structure.id, created_at=then, seen_at=then))
    return mark_of(key)


def a_device(make: Factory, _structure: Structure, user: User) -> str:
    """Of one person."""
    then = clock.now()
    device = Device(user_id=user.id, token_hash=secrets.token_bytes(32), label="Chrome sur Android", created_at=then)
    device.expires_at = then + timedelta(days=180)
    public_id: str = make.add(device).public_id
    return public_id


def a_colleague(make: Factory, structure: Structure, _user: User) -> str:
    """Somebody else of one structure, and a director who stays."""
    make.user(roles=[Role.DIRECTOR], structure=structure)
    return make.user(structure=structure).public_id


def a_unit(make: Factory, structure: Structure, _user: User) -> str:
    """Of one structure."""
    public_id: str = make.add(Unit(structure_id=structure.id, name="Atelier", legal_kind=LegalKind.EBE)).public_id
    return public_id


def a_closing(make: Factory, structure: Structure, _user: User) -> str:
    """Of one structure."""
    days = {"starts_on": date(2026, 12, 24), "ends_on": date(2027, 1, 2)}
    public_id: str = make.add(ClosingPeriod(structure_id=structure.id, **days)).public_id
    return public_id


def a_view(make: Factory, structure: Structure, user: User) -> str:
    """Of one person in one structure."""
    view = SavedView(structure_id=structure.id, owner_id=user.id, name="Le secteur", address="", created_at=clock.now())
    public_id: str = make.add(view).public_id
    return public_id


def an_import(make: Factory, structure: Structure, user: User) -> str:
    """Of one structure."""
    values = {"file_name": "partenaires.csv", "headings": "[]", "mapping": "{}", "created_at": clock.now()}
    one = Import(structure_id=structure.id, author_id=user.id, state=ImportState.READY, **values)
    public_id: str = make.add(one).public_id
    return public_id


def a_sifted_file(make: Factory, structure: Structure, user: User) -> str:
    """Of one person."""
    nothing = '{"records": [], "together": [], "review": [], "cluster": []}'
    one = SiftedFile(structure_id=structure.id, author_id=user.id, file_name="clubs.csv", columns="[[], []]")
    one.found, one.state, one.created_at = nothing, SiftState.DONE, clock.now()
    one.totals = '{"rows": 0, "groups": 0, "organisations": 0, "together": 0, "review": 0}'
    public_id: str = make.add(one).public_id
    return public_id


def a_need(make: Factory, structure: Structure, _user: User) -> str:
    """Of one structure."""
    partner_id = make.partner().id
    need = Need(structure_id=structure.id, partner_id=partner_id, kind=NeedKind.HR, wording="Un vendeur")
    need.created_at = clock.now()
    public_id: str = make.add(need).public_id
    return public_id


def a_project(make: Factory, structure: Structure, _user: User) -> str:
    """Of one structure."""
    made = Initiative(structure_id=structure.id, title="Bâtiment", step_since=clock.now(), created_at=clock.now())
    public_id: str = make.add(made).public_id
    return public_id


def a_partnership(make: Factory, structure: Structure, _user: User) -> str:
    """Of one structure."""
    now = clock.now()
    project = make.add(Initiative(structure_id=structure.id, title="Bâtiment", step_since=now, created_at=now))
    made = Partnership(structure_id=structure.id, initiative_id=project.id, partner_id=make.partner().id)
    made.step_since = made.entered_at = made.created_at = now
    public_id: str = make.add(made).public_id
    return public_id


def a_takeover(make: Factory, structure: Structure, user: User) -> str:
    """Of one structure."""
    action = BulkAction(structure_id=structure.id, author_id=user.id, kind=BulkKind.TAKE_OVER, done_at=clock.now())
    public_id: str = make.add(action).public_id
    return public_id


def a_part(make: Factory, structure: Structure, _user: User) -> str:
    """An action of a project of one structure: what most roles may add."""
    now = clock.now()
    project = make.add(Initiative(structure_id=structure.id, title="Bâtiment", step_since=now, created_at=now))
    made = Action(initiative_id=project.id, kind=ActionKind.VISIT, title="Visite", created_at=now)
    public_id: str = make.add(made).public_id
    return public_id


def a_tag(make: Factory, structure: Structure, user: User) -> str:
    """Of one structure."""
    tag = Tag(structure_id=structure.id, name=f"Salon {user.id}", key=f"salon {user.id}", created_at=clock.now())
    public_id: str = make.add(tag).public_id
    return public_id


def a_bulk_action(make: Factory, structure: Structure, user: User) -> str:
    """Of one structure."""
    action = BulkAction(structure_id=structure.id, author_id=user.id, kind=BulkKind.OWNER, done_at=clock.now())
    public_id: str = make.add(action).public_id
    return public_id


def a_merge(make: Factory, structure: Structure, user: User) -> str:
    """Of one structure."""
    kept, gone = make.partner(), make.partner()
    actor = make.actor(user, roles=[Role.DIRECTOR], structure=structure)
    with make.transaction(actor, clock.now()) as session:
        sides = merging_queries.sides(session, [kept, gone], actor=actor)
        result = proposed(sides, remaining(sides))
        ids = [kept.public_id, gone.public_id]
        done = merging.merge(session, ids, result, seen=merging.mark_of(sides), actor=actor, now=clock.now())
        return done.public_id


def a_proposal(make: Factory, structure: Structure, user: User) -> str:
    """Of one structure, made to a third one."""
    partners = f'["{make.partner().public_id}", "{make.partner().public_id}"]'
    values = {"partners": partners, "values": "{}", "seen": "0" * 16, "created_at": clock.now()}
    public_id: str = make.add(MergeProposal(structure_id=structure.id, author_id=user.id, **values)).public_id
    return public_id


def a_roadmap_item(make: Factory, structure: Structure, _user: User) -> str:
    """Of one structure."""
    return cards.item(make, cards.partnership(make, structure=structure)).public_id


def an_action(make: Factory, structure: Structure, _user: User) -> str:
    """Of one structure."""
    return cards.action(make, cards.partnership(make, structure=structure)).public_id


def an_indicator(make: Factory, structure: Structure, _user: User) -> str:
    """Of one structure."""
    return cards.indicator(make, cards.partnership(make, structure=structure)).public_id


def a_survey(make: Factory, structure: Structure, _user: User) -> str:
    """Of one structure."""
    return cards.survey(make, cards.partnership(make, structure=structure)).public_id


#: What the identifier of each route names, and whether another structure may see it.
NAMED: dict[str, tuple[Maker, bool]] = {
    **conventions.NAMED,
    "conventions.new": (a_partner, True),
    "board.move": (a_partnership, False),
    "user_guide.page": (lambda _make, _structure, _user: "cip", True),
    "user_guide.picture": (lambda _make, _structure, _user: "fiche.png", True),
    "bulk.undo": (a_bulk_action, False),
    "follow.check": (a_partner, True),
    "follow.edit": (a_partner, True),
    "follow.uncheck": (a_partner, True),
    "tags.delete": (a_tag, False),
    "takeover.undo": (a_takeover, False),
    "tags.merge": (a_tag, False),
    "tags.rename": (a_tag, False),
    "administration.close_unit": (a_unit, False),
    "administration.come_back": (a_colleague, False),
    "administration.edit_closing": (a_closing, False),
    "administration.edit_unit": (a_unit, False),
    "administration.forget_device": (a_colleague, False),
    "administration.forget_second_factor": (a_colleague, False),
    "administration.leave": (a_colleague, False),
    "administration.new_password": (a_colleague, False),
    "administration.person": (a_colleague, False),
    "administration.remove_closing": (a_closing, False),
    "administration.reopen_unit": (a_unit, False),
    "administration.roles": (a_colleague, False),
    "administration.send_again": (a_colleague, False),
    "contacts.card": (a_contact, True),
    "contacts.come_back": (a_contact, True),
    "contacts.edit": (a_contact, True),
    "contacts.end_post": (a_contact, True),
    "contacts.inform": (a_contact, True),
    "contacts.leave": (a_contact, True),
    "contacts.lift_opposition": (a_contact, True),
    "contacts.new": (a_partner, True),
    "contacts.oppose": (a_contact, True),
    "contacts.posts": (a_contact, True),
    "contacts.resume_post": (a_contact, True),
    "contacts.show": (a_contact, True),
    "bin.bin_contact": (a_contact, True),
    "bin.bin_partner": (a_partner, True),
    "bin.restore_contact": (a_contact, True),
    "bin.restore_partner": (a_partner, True),
    "devices.revoke": (a_device, False),
    "merging.answer_proposal": (a_proposal, False),
    "merging.proposal": (a_proposal, False),
    "merging.show": (a_merge, False),
    "merging.undo": (a_merge, False),
    "imports.abandon": (an_import, False),
    "imports.choose": (an_import, False),
    "imports.confirm": (an_import, False),
    "imports.correct": (an_import, False),
    "imports.correct_values": (an_import, False),
    "imports.progress": (an_import, False),
    "imports.report": (an_import, False),
    "imports.show": (an_import, False),
    "sifting.forget": (a_sifted_file, False),
    "sifting.groups_file": (a_sifted_file, False),
    "sifting.pairs_file": (a_sifted_file, False),
    "sifting.progress": (a_sifted_file, False),
    "sifting.review_file": (a_sifted_file, False),
    "sifting.show": (a_sifted_file, False),
    "undoing.show": (an_import, False),
    "undoing.undo": (an_import, False),
    "documents.attach": (an_exchange, False),
    "documents.download": (a_document, False),
    "documents.look": (a_document, False),
    "documents.picture": (a_document, False),
    "documents.put_back": (a_document, False),
    "documents.remove": (a_document, False),
    "interactions.call": (a_partner, True),
    "interactions.cancel": (an_exchange, False),
    "interactions.edit": (an_exchange, False),
    "interactions.new": (a_partner, True),
    "listing.delete_view": (a_view, False),
    "listing.edit_view": (a_view, False),
    "interactions.restore": (an_exchange, False),
    "interactions.show": (an_exchange, False),
    "interactions.take_back": (an_exchange, False),
    "interactions.to_bin": (an_exchange, False),
    "interactions.uncancel": (an_exchange, False),
    "needs.edit": (a_need, False),
    "method_papers.roadmap": (a_partnership, False),
    "method_papers.swot": (a_project, False),
    "moves.advance": (a_partnership, False),
    "moves.change": (a_partnership, False),
    "moves.undo": (a_partnership, False),
    "partnerships.edit": (a_partnership, False),
    "partnerships.enter": (a_partner, True),
    "partnerships.show": (a_partnership, False),
    "parts.add_to_partnership": (a_partnership, False),
    "parts.add_to_project": (a_project, False),
    "parts.edit": (a_part, False),
    "parts.remove": (a_part, False),
    "projects.approve": (a_project, False),
    "projects.copy": (a_project, False),
    "projects.debate": (a_project, False),
    "projects.edit": (a_project, False),
    "projects.show": (a_project, False),
    "projects.strategy": (a_project, False),
    "projects.swot": (a_project, False),
    "needs.new": (a_partner, True),
    "needs.set_state": (a_need, False),
    "own.close_session": (a_session, False),
    "partner_roles.edit": (a_partner, True),
    "partner_roles.put_back": (a_partner, True),
    "partners.edit": (a_partner, True),
    "partners.show": (a_partner, True),
    "reminders.give": (a_todo, False),
    "reminders.mark_done": (a_todo, False),
    "reminders.new": (a_partner, True),
    "reminders.postpone": (a_todo, False),
    "reminders.put_back": (a_todo, False),
    "reminders.reopen": (a_todo, False),
    "actions.partners": (an_action, False),
    "actions.remove_partner": (an_action, False),
    "actions.set_state": (an_action, False),
    "actions.show": (an_action, False),
    "actions.tick": (an_action, False),
    "steering.add_value": (an_indicator, False),
    "steering.pilots": (a_partnership, False),
    "steering.show": (a_partnership, False),
    "surveys.ask": (a_partnership, False),
    "surveys.revoke": (a_survey, False),
    "roadmap.set_state": (a_roadmap_item, False),
    "roadmap.show": (a_partnership, False),
    "roadmap.terms": (a_partnership, False),
}


def routes() -> list[tuple[str, str, str, Any]]:
    """(endpoint, method, rule, right) of every route that is neither public nor an asset."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(
            ForTests(
                {
                    "PASSERELLE_INSTANCE": folder,
                    "PASSERELLE_SECRET_KEY": "k" * 40,
                    "PASSERELLE_DATABASE_URL": "sqlite://",
                }
            )
        )
    found = []
    for rule in app.url_map.iter_rules():
        right = needs_of(app, rule.endpoint)
        if right not in {PUBLIC, ASSET}:
            found += [
                (rule.endpoint, method, rule.rule, right)
                for method in sorted({"GET", "POST"} & (rule.methods or set()))
            ]
    return sorted(found, key=lambda route: route[:3])


ROUTES = routes()
NAMED_ROUTES = [route for route in ROUTES if "<" in route[2]]
PRIVATE_ROUTES = [route for route in NAMED_ROUTES if not NAMED.get(route[0], (None, False))[1]]


def ids(route: Any) -> str | None:
    """A readable name for a case."""
    return f"{route[1]} {route[0]}" if isinstance(route, tuple) else str(route)


def send(browser: Browser, method: str, path: str) -> int:
    """Open the address, or post an empty but genuine form to it."""
    if method == "GET":
        return browser.get(path).status_code
    tokens = browser.form("/essai/formulaire", action="/essai/structure").values
    return browser.client.post(path, data={name: tokens[name] for name in ("csrf_token", "nonce")}).status_code


def address(rule: str, public_id: str) -> str:
    """The rule with its identifier filled in."""
    return rule.split("<")[0] + public_id + rule.split(">")[1] if "<" in rule else rule


def holds(role: Role, right: Any) -> bool:
    """Whether the policy gives that right to that role."""
    return right in {SIGNED_IN, CONFIRMED} or right in GRANTS[role]


def test_every_identifier_says_what_it_names():
    assert {route[0] for route in NAMED_ROUTES} == set(NAMED)


def test_the_matrix_is_large():
    assert 2 * (len(ROUTES) * len(ROLES) + len(ROUTES) + len(PRIVATE_ROUTES) * len(ROLES)) >= 500


@pytest.mark.parametrize("route", ROUTES, ids=ids)
def test_each_role_meets_what_the_policy_says(make, browser, snapshot, route):
    """Those who are refused, and those who only read, one after the other: not a row may change. Then those who act."""
    endpoint, method, rule, right = route
    paths, visitors = {}, {}
    for role in ROLES:
        user = make.user(roles=[role])
        paths[role] = address(rule, NAMED[endpoint][0](make, make.home, user) if endpoint in NAMED else "")
        visitors[role] = Browser(browser.app)
        visitors[role].enter(user, make.home)
    granted = {role for role in ROLES if holds(role, right)}
    reading = [role for role in ROLES if role not in granted or method == "GET"]
    before = snapshot()
    met = {role: send(visitors[role], method, paths[role]) for role in reading}
    assert snapshot() == before
    met |= {role: send(visitors[role], method, paths[role]) for role in ROLES if role not in met}
    assert {role for role, status in met.items() if status != 403} == granted
    faults = {role: met[role] for role in granted if met[role] in {401, 404, 405} or met[role] >= 500}
    assert not faults, "the right is granted"


@pytest.mark.parametrize("route", ROUTES, ids=ids)
def test_a_visitor_gets_nowhere(make, browser, snapshot, route):
    endpoint, method, rule, _right = route
    user = make.user(roles=[Role.DIRECTOR])
    public_id = NAMED[endpoint][0](make, make.home, user) if endpoint in NAMED else ""
    before = snapshot()
    path = address(rule, public_id)
    if method == "GET":
        answer = browser.get(path)
        assert (answer.status_code, answer.location.split("?")[0]) == (303, "/connexion")
    else:
        assert browser.client.post(path, data={"nonce": "n" * 22}).status_code == 400
    assert snapshot() == before


@pytest.mark.parametrize("route", PRIVATE_ROUTES, ids=ids)
def test_the_wall_between_structures(make, browser, snapshot, route):
    """The same role, in the structure next door: what is not theirs does not exist for them."""
    endpoint, method, rule, right = route
    next_door = make.structure("La structure voisine")
    paths, visitors = {}, {}
    for role in ROLES:
        paths[role] = address(rule, NAMED[endpoint][0](make, make.home, make.user(roles=[role])))
        visitors[role] = Browser(browser.app)
        visitors[role].enter(make.user(roles=[role], structure=next_door), next_door)
    before = snapshot()
    met = {role: send(visitors[role], method, paths[role]) for role in ROLES}
    assert met == {role: 404 if holds(role, right) else 403 for role in ROLES}
    assert snapshot() == before


@pytest.mark.parametrize("permission", Permission)
def test_every_permission_guards_something_or_is_asked_by_a_service(permission):
    asked = {route[3] for route in ROUTES}
    by_services = {
        Permission.AUDIT_READ,
        Permission.CONTACT_READ,
        Permission.DUPLICATE_UNDO_ANY,
        Permission.IMPORT_UNDO_ANY,
        Permission.INTERACTION_EDIT_ANY,
        Permission.INTERACTION_READ,
        Permission.PARTNER_IMPORT,
        Permission.TODO_ASSIGN,
        Permission.TODO_DO_ANY,
        Permission.TODO_PLAN,
    }
    assert permission in asked | by_services
