"""The outbox: one row for one decision, one holder at a time, and no row lost."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.accounts.models import Membership, User
from crm.reminders.enums import MessageState
from crm.reminders.envelope import Draft, Undeliverable, check, message_id
from crm.reminders.models import OutboxMessage, TaskRun
from crm.reminders.outbox import queries, services
from crm.reminders.outbox.services import Claimed
from tests.factories import Factory

NOW = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
LEASE = timedelta(minutes=5)
HOST = "passerelle.exemple.test"


@pytest.fixture
def reader(make: Factory) -> User:
    return make.user(email="ines@exemple.test")


def draft_for(reader: User, occurrence: str = "2026-11-23") -> Draft:
    return Draft("digest", reader.id, occurrence, reader.email, "Passerelle", "Bonjour")


def put(make: Factory, draft: Draft, *, at: datetime = NOW) -> bool:
    with make.transaction(now=at) as session:
        return services.queue(session, draft, host=HOST, not_before=at, now=at)


def take(make: Factory, *, at: datetime = NOW, limit: int = 10) -> list[Claimed]:
    with make.transaction(now=at) as session:
        return services.claim(session, now=at, limit=limit, lease=LEASE)


def rows(session: Session) -> list[OutboxMessage]:
    session.rollback()  # what others committed since the last look
    session.expire_all()
    return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def test_deciding_twice_adds_nothing(make: Factory, reader: User, session: Session) -> None:
    draft = draft_for(reader)
    assert put(make, draft)
    assert not put(make, replace(draft, title="Autre titre"))
    (row,) = rows(session)
    assert (row.title, row.state, row.attempts) == ("Passerelle", MessageState.WAITING, 0)


def test_each_part_of_the_key_counts(make: Factory, reader: User, session: Session) -> None:
    draft, somebody = draft_for(reader), make.user()
    others = [{"rule": "visit"}, {"subject": "partners:1"}, {"user_id": somebody.id}, {"occurrence": "2026-11-24"}]
    assert all(put(make, d) for d in [draft, *(replace(draft, **change) for change in others)])
    assert len({row.message_id for row in rows(session)}) == 5


def test_the_message_id_is_the_same_on_each_attempt() -> None:
    draft = Draft("digest", 7, "2026-11-23", "ines@exemple.test", "Titre", "Texte")
    assert message_id(draft, HOST) == message_id(replace(draft, title="Autre"), HOST)
    assert message_id(draft, HOST) != message_id(draft, "autre.exemple.test")


HOSTILE = [
    {"recipient": "ines@exemple.test\r\nBcc: autre@exemple.test"},
    {"recipient": "ines@exemple.test\nRCPT TO:<autre@exemple.test>"},
    {"recipient": "ines@exemple.test, autre@exemple.test"},
    {"recipient": "ines@exemple.test;autre@exemple.test"},
    {"recipient": "Inès <ines@exemple.test>"},
    {"recipient": "<ines@exemple.test>"},
    {"recipient": "ines@exemple.test> SIZE=1"},
    {"recipient": "ines"},
    {"recipient": "@"},
    {"recipient": ""},
    {"recipient": "ines@exemple.test\x00"},
    {"title": "Bonjour\r\nBcc: autre@exemple.test"},
    {"title": "Bonjour\n\n<script>"},
    {"title": "Bonjour\rX-Autre: oui"},
    {"title": "Bonjour\u2028Bcc: autre@exemple.test"},
    {"title": "Bonjour\x00"},
]


@pytest.mark.parametrize("change", HOSTILE, ids=repr)
def test_headers_cannot_be_injected(change: dict[str, str]) -> None:
    draft = Draft("digest", 1, "2026-11-23", "ines@exemple.test", "Titre", "Texte")
    check(draft)
    with pytest.raises(Undeliverable):
        check(replace(draft, **change))


def test_what_mail_cannot_carry_is_kept_as_failed(make: Factory, reader: User, session: Session) -> None:
    draft = replace(draft_for(reader), recipient="ines@exemple.test\nautre@exemple.test")
    with make.transaction(now=NOW) as writing:
        assert not services.queue_or_record(writing, draft, host=HOST, not_before=NOW, now=NOW)
    (row,) = rows(session)
    assert row.state == MessageState.FAILED
    assert row.last_error == "L'adresse du destinataire n'est pas une adresse e-mail valable."
    assert take(make) == []


def test_a_claim_keeps_the_others_away_until_its_lease_ends(make: Factory, reader: User) -> None:
    put(make, draft_for(reader))
    (claimed,) = take(make)
    assert (claimed.recipient, claimed.attempt, claimed.language, claimed.wanted) == (reader.email, 1, "fr", True)
    assert take(make) == []
    assert take(make, at=NOW + LEASE - timedelta(seconds=1)) == []
    (again,) = take(make, at=NOW + LEASE)
    assert (again.id, again.attempt, again.message_id) == (claimed.id, 2, claimed.message_id)


def test_claims_are_limited_oldest_first_and_never_early(make: Factory, reader: User) -> None:
    for minutes, occurrence in ((2, "c"), (1, "b"), (0, "a"), (60, "d")):
        put(make, draft_for(reader, occurrence), at=NOW + timedelta(minutes=minutes))
    at = NOW + timedelta(minutes=5)
    first, second, third = take(make, at=at, limit=2) + take(make, at=at, limit=2)
    assert [first.created_at, second.created_at, third.created_at] == [
        NOW + timedelta(minutes=minutes) for minutes in (0, 1, 2)
    ]


def test_sent_once_is_never_claimed_again(make: Factory, reader: User, session: Session) -> None:
    put(make, draft_for(reader))
    (claimed,) = take(make)
    with make.transaction() as writing:
        services.mark_sent(writing, claimed, now=NOW)
    (row,) = rows(session)
    assert (row.state, row.sent_at, row.lease_until) == (MessageState.SENT, NOW, None)
    assert take(make, at=NOW + timedelta(days=30)) == []


def test_postponed_waits_longer_each_time_and_never_gives_up(make: Factory, reader: User, session: Session) -> None:
    put(make, draft_for(reader))
    at, waits = NOW, []
    for _ in range(9):
        (claimed,) = take(make, at=at)
        with make.transaction() as writing:
            services.mark_retry(writing, claimed, error="421 plus\r\ntard", now=at)
        (row,) = rows(session)
        waits.append((row.not_before - at) // timedelta(minutes=1))
        assert take(make, at=row.not_before - timedelta(seconds=1)) == []
        at = row.not_before
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert (row.state, row.last_error) == (MessageState.WAITING, "421 plus tard")


def test_one_whose_lease_was_taken_over_says_nothing_more(make: Factory, reader: User, session: Session) -> None:
    """The slow process comes back: it may say « sent », which is true, and not « failed », which is not its to say."""
    put(make, draft_for(reader))
    (slow,) = take(make)
    (quick,) = take(make, at=NOW + LEASE)
    with make.transaction() as writing:
        services.mark_failed(writing, slow, error="550")
        services.mark_retry(writing, slow, error="421", now=NOW)
    assert rows(session)[0].state == MessageState.SENDING
    with make.transaction() as writing:
        services.mark_sent(writing, quick, now=NOW + LEASE)
        services.mark_failed(writing, slow, error="550")
    assert rows(session)[0].state == MessageState.SENT


@pytest.mark.parametrize("how", ["disabled", "no structure left"])
def test_somebody_who_left_is_no_longer_wanted(make: Factory, reader: User, how: str) -> None:
    put(make, draft_for(reader))
    with make.transaction() as session:
        user = session.get_one(User, reader.id)
        if how == "disabled":
            user.active = False
        else:
            for membership in session.scalars(select(Membership).where(Membership.user_id == user.id)):
                session.delete(membership)
    assert [claimed.wanted for claimed in take(make)] == [False]


def test_a_newer_one_replaces_what_was_still_to_leave(make: Factory, reader: User, session: Session) -> None:
    """Waiting ones and those of a dead sender; not what somebody is sending, nor another person's."""
    put(make, draft_for(reader, "2026-11-18"), at=NOW - LEASE)
    assert len(take(make, at=NOW - LEASE)) == 1  # its sender dies
    put(make, draft_for(reader, "2026-11-19"), at=NOW - timedelta(minutes=1))
    assert len(take(make, at=NOW - timedelta(minutes=1))) == 1  # being sent
    monday = draft_for(reader)
    for draft in (draft_for(reader, "2026-11-20"), draft_for(make.user(), "2026-11-20"), monday):
        put(make, draft)
    with make.transaction() as writing:
        services.replace_older(writing, monday, now=NOW)
    assert [(row.user_id == reader.id, row.occurrence, row.state.value) for row in rows(session)] == [
        (True, "2026-11-18", "failed"),
        (True, "2026-11-19", "sending"),
        (True, "2026-11-20", "failed"),
        (False, "2026-11-20", "waiting"),
        (True, "2026-11-23", "waiting"),
    ]


def test_a_due_time_is_given_once_and_back_after_a_crash(make: Factory, session: Session) -> None:
    def claim_and_crash() -> None:
        with make.transaction() as writing:
            assert services.claim_run(writing, "sweep", NOW, now=NOW)
            raise RuntimeError("crash")

    with pytest.raises(RuntimeError, match="crash"):
        claim_and_crash()
    for expected in (True, False):
        with make.transaction() as writing:
            assert services.claim_run(writing, "sweep", NOW, now=NOW) is expected
    with make.transaction() as writing:
        assert services.claim_run(writing, "purge", NOW, now=NOW)
        services.forget_runs(writing, before=NOW)
        assert queries.taken_runs(writing, "sweep", [NOW, NOW + LEASE]) == {NOW}
        services.forget_runs(writing, before=NOW + LEASE)
    assert session.scalars(select(TaskRun)).all() == []


def test_how_many_wait(make: Factory, reader: User) -> None:
    for occurrence in "abc":
        put(make, draft_for(reader, occurrence))
    take(make, limit=1)
    with make.transaction(writes=False) as session:
        assert queries.waiting(session, now=NOW - timedelta(seconds=1)) == 0
        assert queries.waiting(session, now=NOW) == 2
        assert queries.waiting(session, now=NOW + LEASE) == 3
