"""The demonstration loads once, quickly, and gives every screen something true to show."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from crm import clock
from crm.access.policy import Role
from crm.accounts.enums import LegalKind
from crm.accounts.models import Membership, Structure, Unit, User
from crm.conventions.enums import ConventionKind, ConventionState
from crm.conventions.models import Convention
from crm.conventions.queries import in_state
from crm.dedupe import queries as dedupe
from crm.dedupe.models import DuplicateKey
from crm.interactions.enums import CallResult, InteractionKind, Purpose
from crm.interactions.models import Interaction
from crm.partners.enums import FollowStage, NeedKind, NeedState, PartnerKind, PartnerRoleKind, Priority, Willingness
from crm.partners.models import Contact, Follow, Need, Partner, PartnerRole
from crm.reminders.models import Todo
from crm.web.application import Application
from seeds import demo, demo_around
from tests.factories import Factory
from tests.pages import Browser

ALIKE = {"Menuiserie Quillebois", "MENUISERIE QUILLEBOIS SARL", "Quillebois Menuiserie Agencement"}


@pytest.fixture
def said(app: Application) -> str:
    """The demonstration is loaded; what was said of it."""
    with app.app_context():
        return demo.load()


@pytest.mark.parametrize("day", ["2027-01-01", "2027-03-28", "2028-02-29"])
def test_it_loads_on_any_day(app: Application, session: Session, day: str) -> None:
    with time_machine.travel(f"{day}T22:30:00+00:00", tick=False), app.app_context():
        demo.load()
        today = clock.today()
    held = [
        clock.day_of(moment)
        for moment in session.scalars(sa.select(Interaction.held_at).where(Interaction.report != ""))
    ]
    assert max(held) < today
    assert today in set(session.scalars(sa.select(Todo.due_on)))


def test_loading_it_twice_changes_nothing(
    app: Application, said: str, snapshot: Callable[[], dict[str, list[tuple[object, ...]]]]
) -> None:
    assert "partenaires inventés chargés" in said
    before = snapshot()
    with app.app_context():
        assert demo.load() == "Les données de démonstration sont déjà là."
    assert snapshot() == before


def test_beside_an_older_demonstration_nothing_is_loaded(
    app: Application, make: Factory, snapshot: Callable[[], dict[str, list[tuple[object, ...]]]]
) -> None:
    make.user(email=demo.ACCOUNTS[0][1])
    before = snapshot()
    with app.app_context():
        assert demo.load() == demo.OLDER_RELEASE
    assert snapshot() == before


@pytest.mark.usefixtures("said")
def test_one_account_for_each_role_and_the_password_opens_it(session: Session, app: Application) -> None:
    assert set(session.scalars(sa.select(Membership.role))) == set(Role) - {Role.TUTOR}
    assert {email for _, email in demo.ACCOUNTS} == set(session.scalars(sa.select(User.email)))
    assert all(
        user.digest_at == demo._DIGEST_AT
        for user in session.scalars(sa.select(User))
        if user.email != demo_around.NEIGHBOUR_EMAIL
    )
    session.rollback()
    for _, email in demo.ACCOUNTS:
        answer = Browser(app).submit("/connexion", {"email": email, "password": demo.PASSWORD})
        assert answer.status_code == 303, email


@pytest.mark.usefixtures("said")
def test_every_stage_and_two_years_of_exchanges(session: Session) -> None:
    today = clock.today()
    stages = Counter(session.scalars(sa.select(Follow.stage)))
    assert stages[FollowStage.FOLLOWED] >= 20
    assert stages[FollowStage.POOL] >= 10
    assert stages[FollowStage.PAUSED] == 3
    assert all(day > today for day in session.scalars(sa.select(Follow.paused_until)) if day)
    days = [
        clock.day_of(moment)
        for moment in session.scalars(sa.select(Interaction.held_at).where(Interaction.report != ""))
    ]
    assert len(days) > 100
    assert min(days) < today - timedelta(days=700)
    assert today - timedelta(days=4) <= max(days) < today
    assert {day.weekday() for day in days} <= {0, 1, 2, 3, 4}
    assert all(partner for partner in session.scalars(sa.select(Contact.last_name)))


@pytest.mark.usefixtures("said")
def test_todos_are_late_for_today_and_for_the_week(session: Session) -> None:
    today = clock.today()
    developer = session.scalars(sa.select(User.id).where(User.email == "ines@exemple.test")).one()
    due = session.scalars(sa.select(Todo.due_on).where(Todo.assignee_id == developer, Todo.done_at.is_(None))).all()
    assert sum(day < today for day in due) == 2
    assert sum(day == today for day in due) == 3
    assert sum(today < day <= today + timedelta(days=7) for day in due) == 4
    assert len(set(session.scalars(sa.select(Todo.assignee_id)))) >= 5
    assert session.scalar(sa.select(sa.func.count()).select_from(Todo).where(Todo.done_at.is_not(None)))


@pytest.mark.usefixtures("said")
def test_three_resemble_each_other_and_nobody_else_does(session: Session) -> None:
    alike: set[str] = set()
    for partner in session.scalars(sa.select(Partner)).all():
        found = dedupe.candidates(session, dedupe.card_of(partner), limit=10)
        others = {one.partner.name for one in found if one.partner.id != partner.id}
        if others and not partner.siret:
            alike |= others | {partner.name}
    assert alike == ALIKE


@pytest.mark.usefixtures("said")
def test_phones_and_addresses_belong_to_nobody(session: Session) -> None:
    phones = {*session.scalars(sa.select(Partner.phone)), *session.scalars(sa.select(Contact.phone))} - {None}
    assert all(re.fullmatch(r"\+33(19900|63998)\d{4}", phone) for phone in phones if phone)
    mails = {
        *session.scalars(sa.select(Partner.email)),
        *session.scalars(sa.select(Contact.email)),
        *session.scalars(sa.select(User.email)),
    }
    assert all(mail.endswith((".example", ".test")) for mail in mails if mail)
    sites = set(session.scalars(sa.select(Partner.website))) - {None}
    assert all(site.endswith(".example") for site in sites if site)


@pytest.mark.usefixtures("said")
def test_the_partners_have_their_keys(session: Session) -> None:
    keyed = set(session.scalars(sa.select(DuplicateKey.partner_id)))
    assert keyed == set(session.scalars(sa.select(Partner.id).where(Partner.binned_at.is_(None))))


@pytest.mark.parametrize(
    ("column", "kinds"),
    [
        (Partner.kind, PartnerKind),
        (Interaction.kind, InteractionKind),
        (Interaction.result, CallResult),
        (Interaction.purpose, Purpose),
        (Follow.priority, Priority),
        (Need.kind, NeedKind),
        (Need.state, NeedState),
        (PartnerRole.role, PartnerRoleKind),
    ],
)
@pytest.mark.usefixtures("said")
def test_each_kind_and_state_is_somewhere(session: Session, column: sa.orm.InstrumentedAttribute, kinds: type) -> None:
    assert set(session.scalars(sa.select(column))) - {None} == set(kinds)


@pytest.mark.usefixtures("said")
def test_nothing_is_told_twice(session: Session) -> None:
    """Each report speaks of its own partner; only the letter that went to many is the same for all."""
    texts = Counter(
        session.scalars(
            sa.select(Interaction.report).where(
                Interaction.kind != InteractionKind.MAILING, Interaction.report.not_in(["", "Pas de réponse."])
            )
        )
    )
    assert [text for text, times in texts.items() if times > 1] == []
    assert [text for text in texts if re.search(r"[{}]|\b(de|à) (le|les)\b", text)] == []
    names = Counter(session.scalars(sa.select(Partner.name)))
    assert max(names.values()) == 1
    wordings = Counter(session.scalars(sa.select(Need.wording)))
    assert max(wordings.values()) == 1


@pytest.mark.usefixtures("said")
def test_what_is_told_is_possible(session: Session) -> None:
    """Nobody hosted before agreeing, was met before being known, or is to be called although they refused."""
    hosted = sa.select(Partner.name).join(PartnerRole).where(PartnerRole.role == PartnerRoleKind.HOST)
    committed = sa.select(Partner.name).join(Follow).where(Follow.willingness == Willingness.COMMITTED)
    assert set(session.scalars(hosted)) <= set(session.scalars(committed))
    early = sa.select(Partner.name).join(Interaction).where(Interaction.held_at < Partner.created_at)
    assert set(session.scalars(early)) == set()
    refused = sa.select(Follow.partner_id).where(Follow.do_not_solicit)
    assert session.scalars(sa.select(Todo.what).where(Todo.partner_id.in_(refused), Todo.done_at.is_(None))).all() == []
    left = sa.select(Contact.last_name).where(Contact.left_on.is_not(None) | Contact.opposed_on.is_not(None))
    todos = session.scalars(sa.select(Todo.what)).all()
    assert [(name, what) for name in session.scalars(left) for what in todos if name in what] == []
    assert all(need.horizon_on is None or need.season_month is None for need in session.scalars(sa.select(Need)))


@pytest.mark.usefixtures("said")
def test_an_association_with_its_pole_and_four_workshops(session: Session) -> None:
    structure = session.scalars(sa.select(Structure).where(Structure.name == demo.STRUCTURE)).one()
    assert structure.legal_kind is LegalKind.AI
    assert "Antony" in structure.name
    pole = session.scalars(sa.select(Unit).where(Unit.legal_kind == LegalKind.EBE, Unit.parent_id.is_(None))).one()
    assert session.scalar(sa.select(sa.func.count()).where(Unit.parent_id == pole.id)) == 4
    people = sa.select(sa.func.count(Membership.user_id.distinct())).where(Membership.structure_id == structure.id)
    assert session.scalar(people) == 9


@pytest.mark.usefixtures("said")
def test_what_surrounds_the_story(session: Session) -> None:
    now, counted = clock.now(), sa.func.count()
    assert session.scalar(sa.select(counted).select_from(Partner)) == len(demo.PARTNERS) + demo_around.AROUND == 150
    assert session.scalar(sa.select(counted).where(Partner.binned_at.is_not(None))) == 1
    assert session.scalar(sa.select(counted).where(Contact.left_on.is_not(None))) == 1
    assert session.scalar(sa.select(counted).where(Contact.opposed_on.is_not(None))) == 1
    planned = sa.select(counted).where(Interaction.held_at > now)
    assert session.scalar(planned) == 3
    unwritten = (Interaction.held_at < now, Interaction.report == "", Interaction.cancelled_at.is_(None))
    assert session.scalar(sa.select(counted).where(*unwritten)) == 1
    twice = sa.select(Follow.partner_id).group_by(Follow.partner_id).having(counted > 1)
    assert len(session.scalars(twice).all()) == 6
    assert set(session.scalars(sa.select(Follow.do_not_solicit))) == {True, False}


def test_there_is_a_convention_in_every_state(said: str, session: Session) -> None:
    today = clock.today()
    states = {
        state: session.scalars(sa.select(Convention.title).where(in_state(state, today))).all()
        for state in ConventionState
    }
    assert all(states.values()), states
    assert set(ConventionKind) == set(session.scalars(sa.select(Convention.kind)))
