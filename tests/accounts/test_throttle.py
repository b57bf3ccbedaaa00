"""How many tries: five reach the hash, whoever asks and however many ask at once; a right password elsewhere works."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from crm.accounts import passwords
from crm.accounts.models import Attempt
from crm.accounts.throttle import services
from crm.accounts.throttle.rules import LONGEST, Kind, Limit, Scope, buckets, visitor, wait
from tests.factories import PASSWORD, SYSTEM
from tests.pages import Browser

KEY = "k" * 40
START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


# --- The rules alone


@pytest.mark.parametrize(
    ("address", "who"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2002:c000:0207::1", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        (None, "unknown"),
        ("", "unknown"),
        ("n'importe quoi", "unknown"),
    ],
)
def test_who_an_address_stands_for(address, who):
    assert visitor(address) == who


@given(st.lists(st.integers(0, 3600), max_size=30), st.integers(1, 6), st.integers(1, 60))
def test_after_the_wait_one_more_is_allowed_and_not_before(seconds, tries, minutes):
    limits = [Limit(tries, minutes * MINUTE)]
    at = [START + timedelta(seconds=second) for second in seconds]
    now = START + timedelta(seconds=3600)
    needed = wait(limits, at, now)
    if needed is None:
        assert sum(one > now - minutes * MINUTE for one in at) < tries
    else:
        assert timedelta() < needed <= minutes * MINUTE
        assert wait(limits, at, now + needed) is None
        assert wait(limits, at, now + needed - timedelta(microseconds=1)) is not None


def test_the_longest_of_several_waits_counts():
    limits = [Limit(2, 5 * MINUTE), Limit(3, 60 * MINUTE)]
    at = [START, START + MINUTE, START + 2 * MINUTE]
    assert wait(limits, at, START + 3 * MINUTE) == 57 * MINUTE


def test_the_name_of_a_count_tells_nothing_without_the_key():
    [address, account] = buckets(Kind.RESET, {Scope.ADDRESS: "192.0.2.7", Scope.ACCOUNT: "a@exemple.test"}, key=KEY)
    assert len({address.name, account.name}) == 2
    assert len(address.name) == 64
    assert "192.0.2.7" not in address.name
    [other] = buckets(Kind.RESET, {Scope.ADDRESS: "192.0.2.7"}, key="l" * 40)
    assert other.name != address.name
    [link] = buckets(Kind.LINK, {Scope.ADDRESS: "192.0.2.7", Scope.ACCOUNT: "a@exemple.test"}, key=KEY)
    assert link.name != address.name, "each kind counts for itself"


def test_every_kind_has_a_limit_and_none_outlives_what_is_kept():
    for kind in Kind:
        found = buckets(kind, dict.fromkeys(Scope, "x"), key=KEY)
        assert found
        assert all(limit.within <= LONGEST for bucket in found for limit in bucket.limits)


# --- In the database


def reserve(make, now, who="x", kind=Kind.LINK):
    """One try of that kind, in a transaction of its own."""
    with make.transaction(SYSTEM, now) as database:
        return services.reserve(database, buckets(kind, {Scope.ADDRESS: who, Scope.ACCOUNT: who}, key=KEY), now=now)


def test_the_tries_of_the_window_count_and_no_others(make):
    for number in range(10):
        assert reserve(make, START + number * timedelta(seconds=10)).wait is None
    assert reserve(make, START + 2 * MINUTE).wait == 3 * MINUTE
    assert reserve(make, START + 2 * MINUTE, who="y").wait is None, "another address has its own count"
    assert reserve(make, START + 5 * MINUTE).wait is None
    assert reserve(make, START + 5 * MINUTE).wait == timedelta(seconds=10)


def test_a_refused_try_is_not_counted(make, session):
    for _ in range(30):
        reserve(make, START)
    assert session.scalar(select(func.count()).select_from(Attempt)) == 10


def test_a_try_given_back_counts_nowhere(make, session):
    for _ in range(30):
        reserved = reserve(make, START, kind=Kind.RESET)
        assert len(reserved.rows) == 2
        with make.transaction() as database:
            services.give_back(database, reserved.rows)
    assert session.scalar(select(func.count()).select_from(Attempt)) == 0


def test_what_counts_nowhere_is_forgotten(make, session):
    reserve(make, START)
    reserve(make, START + LONGEST)
    with make.transaction(now=START + LONGEST) as database:
        services.forget(database, now=START + LONGEST)
    assert [row.at for row in session.scalars(select(Attempt))] == [START + LONGEST]


def test_of_forty_at_once_ten_are_counted(make):
    with ThreadPoolExecutor(4) as pool:
        reserved = list(pool.map(lambda _: reserve(make, START), range(40)))
    assert sum(one.wait is None for one in reserved) == 10


# --- Through the pages


@pytest.fixture
def hashed(monkeypatch):
    """Every password that reached the hash."""
    seen = []
    verify = passwords.verify

    def counted(stored, password):
        seen.append(password)
        return verify(stored, password)

    monkeypatch.setattr(passwords, "verify", counted)
    return seen


def post(browser, email, password, address="192.0.2.7", **headers):
    """One sign-in from that address."""
    typed = {"email": email, "password": password}
    return browser.submit("/connexion", typed, environ_overrides={"REMOTE_ADDR": address}, headers=headers)


def test_four_threads_share_one_count(app, make, hashed):
    user = make.user()

    def ten_bad(number):
        return [post(Browser(app), user.email, f"faux {number} {once}").status_code for once in range(10)]

    with ThreadPoolExecutor(4) as pool:
        answers = [status for statuses in pool.map(ten_bad, range(4)) for status in statuses]
    assert len(hashed) == 5
    assert sorted(answers) == [422] * 5 + [429] * 35


def fill(browser, email="personne@exemple.test", address="192.0.2.7"):
    """Use up what that address may try."""
    for _ in range(5):
        assert post(browser, email, "faux", address).status_code == 422


def test_beyond_five_the_wait_is_said_and_the_right_password_waits_too(make, browser, hashed):
    user = make.user()
    with time_machine.travel(START, tick=False) as clock:
        fill(browser, user.email)
        clock.shift(5 * MINUTE)
        answer = post(browser, user.email, PASSWORD)
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "600"
        assert "Attendez 10 min" in answer.text
        assert len(hashed) == 5
        clock.shift(10 * MINUTE)
        assert post(browser, user.email, PASSWORD).status_code == 303


def test_neither_headers_nor_one_subscribers_addresses_change_anything(make, browser, hashed):
    user = make.user()
    for number in range(12):
        told = {"X-Forwarded-For": f"203.0.113.{number}", "Forwarded": f"for=203.0.113.{number}"}
        address = f"2001:db8:0:1:{number:x}::{number:x}"
        status = post(browser, f"personne{number}@exemple.test", "faux", address, **told).status_code
        assert status == (422 if number < 5 else 429)
    assert len(hashed) == 5
    assert post(browser, user.email, PASSWORD, "2001:db8:0:2::1").status_code == 303


def test_behind_a_trusted_proxy_the_address_is_the_one_it_says(app_with, database, make):
    behind = app_with(PASSERELLE_TRUSTED_PROXIES="1", PASSERELLE_DATABASE_URL=database.url)
    statuses = []
    for number in range(7):
        told = {"X-Forwarded-For": f"10.9.9.{number}, 198.51.100.7"}
        statuses.append(post(Browser(behind), "personne@exemple.test", "faux", "10.0.0.1", **told).status_code)
    assert statuses == [422] * 5 + [429] * 2, "only what the last proxy says counts"
    other = {"X-Forwarded-For": "198.51.100.8"}
    assert post(Browser(behind), "personne@exemple.test", "faux", "10.0.0.1", **other).status_code == 422


def test_the_owner_gets_in_from_elsewhere_and_from_a_known_device(app, make, browser, hashed):
    user = make.user()
    post(browser, user.email, PASSWORD)
    browser.submit("/aujourdhui", {}, action="/deconnexion")
    fill(Browser(app), user.email)
    assert post(browser, user.email, PASSWORD).status_code == 303, "the device is known to that account"
    assert post(Browser(app), user.email, PASSWORD, "198.51.100.9").status_code == 303, "elsewhere"
    assert post(Browser(app), user.email, PASSWORD).status_code == 429


def test_a_known_device_has_five_tries_and_only_for_its_owner(app, make, browser, hashed):
    user, other = make.user(), make.user()
    post(browser, user.email, PASSWORD)
    browser.submit("/aujourdhui", {}, action="/deconnexion")
    fill(browser, user.email, "198.51.100.1")
    assert post(browser, user.email, PASSWORD, "198.51.100.2").status_code == 429, "its count follows it"
    assert post(Browser(app), user.email, PASSWORD, "198.51.100.1").status_code == 303, "and no other"
    fill(browser, other.email, "198.51.100.3")
    assert post(browser, other.email, PASSWORD, "198.51.100.3").status_code == 429, "a stranger's account"


def test_many_addresses_against_one_account_meet_its_own_limit(make, browser, monkeypatch):
    monkeypatch.setattr(passwords, "verify", lambda stored, password: False)
    user = make.user()
    with time_machine.travel(START, tick=False):
        for number in range(100):
            assert post(browser, user.email, "faux", f"198.51.{number}.1").status_code == 422
        answer = post(browser, user.email, "faux", "203.0.113.1")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")


def test_a_right_password_costs_nothing(make, browser, session):
    user = make.user()
    for _ in range(12):
        assert post(browser, user.email, PASSWORD).status_code == 303
        browser.submit("/aujourdhui", {}, action="/deconnexion")
    assert session.scalar(select(func.count()).select_from(Attempt)) == 0


def test_what_is_refused_unread_costs_nothing(make, browser, session):
    user = make.user()
    for _ in range(12):
        assert post(browser, user.email, "").status_code == 422
        assert post(browser, user.email, "a" * 300).status_code == 422
    assert session.scalar(select(func.count()).select_from(Attempt)) == 0


def test_a_right_password_beside_a_wrong_field_costs_nothing(make, browser, session):
    """The request is undone, the try is given back all the same."""
    browser.sign_in(make.user(email="camomille.tisane@exemple.test"))
    weak = dict.fromkeys(("new_password", "new_password_again"), "Camomille-Tisane-26")
    for _ in range(7):
        answer = browser.submit("/compte/mot-de-passe", weak | {"password": PASSWORD})
        assert answer.status_code == 422
        assert "votre structure" in answer.text, "the services refuse it, not the form"
    assert session.scalar(select(func.count()).select_from(Attempt)) == 0


def test_a_forged_form_reaches_neither_count_nor_hash(make, browser, session, hashed):
    make.user()
    assert browser.client.post("/connexion", data={"email": "a@b.fr", "password": "x"}).status_code == 303
    assert session.scalar(select(func.count()).select_from(Attempt)) == 0
    assert hashed == []
