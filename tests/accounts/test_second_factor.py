"""The second factor: a code once, a recovery code once, five minutes to give it, mandatory for who opens accounts."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from crm.access.policy import Actor, Permission, Role
from crm.accounts import totp
from crm.accounts.models import Device, Membership, OpenSession, RecoveryCode, User
from crm.accounts.sealing import Unsealable, seal, unseal
from crm.accounts.second_factor import services
from crm.audit.models import AuditEvent
from crm.errors import NotAllowed, NotFound
from tests.accounts.telephone import KEY, Telephone
from tests.factories import PASSWORD
from tests.pages import Browser

PAGE = "/compte/double-authentification"
START = datetime(2026, 11, 22, 9, 0, 10, tzinfo=UTC)


@pytest.fixture
def telephone():
    """A telephone of its own for each test."""
    return Telephone()


# --- The codes alone


def test_the_codes_are_those_of_the_standard():
    """RFC 6238, appendix B: the key "12345678901234567890", the last six of the eight digits it prints."""
    secret = totp.secret_of(b"12345678901234567890")
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")):
        now = datetime.fromtimestamp(seconds, UTC)
        assert totp.matching_step(secret, code, now=now, last=None) == seconds // 30


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_the_window_is_one_step_each_side(telephone, steps, taken):
    code = telephone.code(START, steps=steps)
    assert (totp.matching_step(telephone.secret, code, now=START, last=None) is not None) is taken


def test_a_step_serves_once_and_none_before_it(telephone):
    here = int(START.timestamp()) // 30
    for steps in (-1, 0, 1):
        code = telephone.code(START, steps=steps)
        found = totp.matching_step(telephone.secret, code, now=START, last=here)
        assert found == (here + 1 if steps == 1 else None)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "12 34", "-12345", "1e5000"])
def test_what_is_no_code_matches_nothing(telephone, typed):
    assert totp.matching_step(telephone.secret, typed, now=START, last=None) is None


def test_spaces_in_a_code_do_not_matter(telephone):
    code = telephone.code(START)
    assert totp.matching_step(telephone.secret, f" {code[:3]} {code[3:]}", now=START, last=None) is not None


def test_a_recovery_code_is_80_bits_and_read_as_people_copy_it():
    code = totp.recovery_code(bytes(range(10)))
    assert re.fullmatch(r"([a-z2-7]{4}-){3}[a-z2-7]{4}", code)
    for typed in (code, code.upper(), code.replace("-", ""), f" {code.replace('-', ' ')} "):
        assert totp.recovery_hash(typed) == totp.recovery_hash(code)
    assert totp.recovery_hash(code[:-1]) != totp.recovery_hash(code)


def test_a_seal_opens_with_its_key_alone():
    sealed = seal("secret", key=KEY)
    assert unseal(sealed, key=KEY) == "secret"
    assert "secret" not in sealed
    for broken, key in ((sealed, "l" * 40), (sealed[:-3] + "AAA", KEY), ("", KEY), ("é", KEY)):
        with pytest.raises(Unsealable):
            unseal(broken, key=key)


# --- Setting it up


def key_on(page):
    """The key that the page writes in text."""
    return re.search(r"<code[^>]*>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")


def codes_on(page):
    """The recovery codes that the page writes."""
    return re.findall(r"[a-z2-7]{4}(?:-[a-z2-7]{4}){3}", page)


def set_up(browser):
    """Set a telephone up through the page: the telephone and its recovery codes."""
    telephone = Telephone(key_on(browser.get(PAGE).text))
    answer = browser.submit(PAGE, {"code": telephone.code()})
    assert answer.status_code == 200, answer.text
    return telephone, codes_on(answer.text)


def test_a_telephone_is_set_up_with_its_first_code(make, browser, session):
    user = make.user()
    browser.sign_in(user)
    page = browser.get(PAGE).text
    assert "<svg" in page
    assert "style=" not in page
    telephone, codes = set_up(browser)
    assert len(set(codes)) == totp.RECOVERY_CODES
    stored = session.get(User, user.id)
    assert unseal(stored.totp_secret, key=KEY) == telephone.secret
    assert telephone.secret not in stored.totp_secret
    hashes = session.scalars(select(RecoveryCode.code_hash)).all()
    assert sorted(hashes) == sorted(totp.recovery_hash(code) for code in codes)
    assert codes_on(browser.get(PAGE).text) == [], "shown once"
    assert key_on_absent(browser.get(PAGE).text)


def key_on_absent(page):
    """Whether no key stands on the page."""
    return re.search(r"<code[^>]*>[A-Z2-7 ]{20,}</code>", page) is None


def test_a_wrong_first_code_sets_nothing_up_and_keeps_the_key(make, browser, snapshot):
    browser.sign_in(make.user())
    key = key_on(browser.get(PAGE).text)
    before = snapshot()
    answer = browser.submit(PAGE, {"code": Telephone(key).wrong()})
    assert answer.status_code == 422
    assert key_on(answer.text) == key
    assert snapshot() == before


def test_the_key_is_sealed_in_the_session_too(make, browser, session):
    browser.sign_in(make.user())
    key = key_on(browser.get(PAGE).text)
    assert all(key not in row.payload for row in session.scalars(select(OpenSession)))


def test_setting_up_ends_what_the_password_alone_had_opened(app, make, browser, session):
    user, elsewhere = make.user(), Browser(app)
    elsewhere.sign_in(user)
    browser.sign_in(user)
    set_up(browser)
    assert elsewhere.get("/aujourdhui").status_code == 303
    assert browser.get("/aujourdhui").status_code == 200
    assert session.scalar(select(func.count()).select_from(Device)) == 1
    assert elsewhere.sign_in(user).location == "/connexion/code", "it is known no longer"


def test_an_old_session_gives_the_password_again_first(make, browser):
    user = make.user()
    start = datetime.now(UTC)
    browser.sign_in(user)
    with time_machine.travel(start + timedelta(minutes=20)):
        browser.get("/aujourdhui")
    with time_machine.travel(start + timedelta(minutes=40)):
        assert browser.get(PAGE).location.startswith("/compte/confirmer?next=")
        browser.submit(f"/compte/confirmer?next={PAGE}", {"password": PASSWORD}, action="/compte/confirmer")
        assert browser.get(PAGE).status_code == 200


# --- Signing in with it


def test_a_new_device_gives_a_code_and_is_known_after(app, make, browser, telephone, session):
    user = telephone.owner(make)
    answer = browser.sign_in(user)
    assert answer.location == "/connexion/code"
    assert browser.get("/aujourdhui").status_code == 303, "the password alone opens nothing"
    first = browser.client.get_cookie("passerelle").value
    assert browser.submit("/connexion/code", {"code": telephone.code()}).location == "/"
    assert browser.client.get_cookie("passerelle").value != first, "a new identifier at each step"
    assert browser.get("/aujourdhui").status_code == 200
    browser.submit("/aujourdhui", {}, action="/deconnexion")
    assert browser.sign_in(user).location == "/", "a known device is not asked"
    assert Browser(app).sign_in(user).location == "/connexion/code"
    actions = session.scalars(select(AuditEvent.action).where(AuditEvent.object_type == "users")).all()
    assert actions.count("second_factor") == 1
    assert actions.count("sign_in") == 2


def test_the_page_asked_for_comes_after_the_code(make, browser, telephone):
    user = telephone.owner(make)
    browser.submit("/connexion?next=%2Fpartenaires", {"email": user.email, "password": PASSWORD}, action="/connexion")
    assert browser.submit("/connexion/code", {"code": telephone.code()}).location == "/partenaires"


def test_a_code_serves_once(app, make, telephone):
    user, code = telephone.owner(make), telephone.code()
    first, second = Browser(app), Browser(app)
    first.sign_in(user)
    second.sign_in(user)
    assert first.submit("/connexion/code", {"code": code}).status_code == 303
    refused = second.submit("/connexion/code", {"code": code})
    assert refused.status_code == 422
    assert "a déjà servi" in refused.text
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=31)):
        assert second.submit("/connexion/code", {"code": telephone.code()}).status_code == 303


def test_of_twenty_at_once_one_code_opens_once(make, telephone):
    user = telephone.owner(make)
    now = datetime.now(UTC)
    code = telephone.code(now)
    with make.transaction() as database:
        [recovery, *_others] = services.new_codes(database, user.id)

    def opens(typed):
        with make.transaction(now=now) as database:
            try:
                return services.check(database, database.get_one(User, user.id), typed, now=now, key=KEY)
            except services.WrongCode:
                return None

    for typed, factor in ((code, services.Factor.TOTP), (recovery, services.Factor.RECOVERY)):
        with ThreadPoolExecutor(4) as pool:
            assert [one for one in pool.map(lambda _, t=typed: opens(t), range(20)) if one] == [factor]


def test_signing_in_does_not_disturb_who_edits_the_account(make, browser, telephone, session):
    user = telephone.owner(make)
    before = session.get(User, user.id).version
    browser.sign_in(user)
    browser.submit("/connexion/code", {"code": telephone.code()})
    assert session.get(User, user.id).version == before
    assert session.get(User, user.id).totp_last_step is not None


def test_a_recovery_code_stands_for_the_telephone_once(app, make, telephone):
    user = telephone.owner(make)
    with make.transaction() as database:
        codes = services.new_codes(database, user.id)
    for number, (code, status) in enumerate(((codes[0].upper(), 303), (codes[0], 422), (codes[1], 303))):
        browser = Browser(app)
        browser.sign_in(user)
        assert browser.submit("/connexion/code", {"code": code}).status_code == status, number
    assert "Il vous reste 8 codes" in browser.get("/aujourdhui").text


def test_the_code_is_awaited_for_five_minutes(make, browser, telephone):
    user = telephone.owner(make)
    with time_machine.travel(START, tick=False) as clock:
        browser.sign_in(user)
        form = browser.form("/connexion/code")
        clock.shift(timedelta(minutes=5, seconds=1))
        late = browser.client.post("/connexion/code", data=form.values | {"code": telephone.code()})
        assert (late.status_code, late.location) == (303, "/connexion?expired=1")
        assert browser.get("/connexion/code").location == "/connexion?expired=1"
        assert browser.get("/aujourdhui").status_code == 303


@pytest.mark.parametrize("change", ["disabled", "new password", "no second factor", "no structure"])
def test_what_happens_meanwhile_ends_the_wait(make, browser, telephone, change):
    user = telephone.owner(make)
    browser.sign_in(user)
    form = browser.form("/connexion/code")
    with make.transaction(now=datetime.now(UTC)) as database:
        row = database.get_one(User, user.id)
        if change == "disabled":
            row.active = False
        elif change == "new password":
            row.password_changed_at = datetime.now(UTC)
        elif change == "no second factor":
            row.totp_secret = row.totp_confirmed_at = None
        else:
            for membership in database.scalars(select(Membership).where(Membership.user_id == user.id)):
                database.delete(membership)
    answer = browser.client.post("/connexion/code", data=form.values | {"code": telephone.code()})
    assert (answer.status_code, answer.location) == (303, "/connexion?expired=1")
    assert browser.get("/aujourdhui").status_code == 303


def test_without_a_password_the_code_page_leads_to_sign_in(browser):
    assert browser.get("/connexion/code").location == "/connexion?expired=1"


def test_codes_are_limited_whatever_the_browser(app, make, telephone):
    user = telephone.owner(make)
    with time_machine.travel(START, tick=False) as clock:
        browsers = [Browser(app) for _ in range(3)]
        for browser in browsers:
            browser.sign_in(user)
        for number in range(5):
            assert browsers[number % 3].submit("/connexion/code", {"code": telephone.wrong()}).status_code == 422
        answer = browsers[0].submit("/connexion/code", {"code": telephone.code()})
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "300")
        clock.shift(timedelta(minutes=4, seconds=59))
        assert browsers[1].submit("/connexion/code", {"code": telephone.code()}).status_code == 429
        clock.shift(timedelta(seconds=1))
        assert browsers[2].submit("/connexion/code", {"code": telephone.code()}).status_code == 303


def test_another_key_of_the_installation_leaves_the_recovery_codes(make, browser):
    user = make.user(
        totp_secret=seal(Telephone().secret, key="another key, lost since, of the place"), totp_confirmed_at=START
    )
    with make.transaction() as database:
        codes = services.new_codes(database, user.id)
    browser.sign_in(user)
    assert browser.submit("/connexion/code", {"code": "123456"}).status_code == 422
    assert browser.submit("/connexion/code", {"code": codes[0]}).status_code == 303


# --- Codes, another telephone, removal


def test_new_codes_replace_the_old_ones(make, browser, session):
    browser.sign_in(make.user())
    _telephone, old = set_up(browser)
    answer = browser.submit(PAGE, {}, action=f"{PAGE}/codes")
    new = codes_on(answer.text)
    assert len(new) == totp.RECOVERY_CODES
    assert not set(new) & set(old)
    assert session.scalar(select(func.count()).select_from(RecoveryCode)) == totp.RECOVERY_CODES


def test_another_telephone_takes_its_place(make, browser, session):
    user = make.user()
    browser.sign_in(user)
    first, _codes = set_up(browser)
    page = f"{PAGE}/telephone"
    second = Telephone(key_on(browser.get(page).text))
    assert second.secret != first.secret
    assert unseal(session.get(User, user.id).totp_secret, key=KEY) == first.secret, "until it shows a code"
    assert browser.submit(page, {"code": second.code()}).status_code == 200
    assert unseal(session.get(User, user.id).totp_secret, key=KEY) == second.secret


def test_removal_asks_for_the_password(make, browser, session, snapshot):
    user = make.user()
    browser.sign_in(user)
    set_up(browser)
    before = snapshot()
    assert browser.submit(f"{PAGE}/retirer", {"password": "faux"}).status_code == 422
    assert snapshot() == before
    assert browser.submit(f"{PAGE}/retirer", {"password": PASSWORD}).status_code == 303
    stored = session.get(User, user.id)
    assert (stored.totp_secret, stored.totp_confirmed_at, stored.totp_last_step) == (None, None, None)
    assert session.scalar(select(func.count()).select_from(RecoveryCode)) == 0


# --- Where it is mandatory


@pytest.fixture
def mandatory(app, monkeypatch):
    """As in production."""
    monkeypatch.setitem(app.config, "TOTP_MANDATORY", True)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.TUTOR])
def test_who_opens_accounts_sets_it_up_before_anything_else(mandatory, make, browser, role):
    browser.sign_in(make.user(roles=[role]))
    guarded = role in {Role.DIRECTOR, Role.ADMIN}
    for path in ("/aujourdhui", "/partenaires", "/compte"):
        assert (browser.get(path).location == PAGE) is guarded, path
    if guarded:
        page = browser.get(PAGE)
        assert page.status_code == 200
        assert "obligatoire" in page.text
        tokens = browser.form(PAGE).values
        assert browser.client.post("/partenaires/nouveau", data=tokens).location == PAGE, "nor does a form pass"
        assert browser.submit(PAGE, {"language": "en"}, action="/langue").status_code == 303
        browser.submit(PAGE, {"language": "fr"}, action="/langue")
        set_up(browser)
        assert browser.get("/aujourdhui").status_code == 200


def test_one_may_sign_out_of_it(mandatory, make, browser):
    browser.sign_in(make.user(roles=[Role.DIRECTOR]))
    assert browser.submit(PAGE, {}, action="/deconnexion").location == "/connexion"


@pytest.mark.parametrize("elsewhere", [False, True])
def test_it_cannot_be_removed_there(mandatory, make, browser, snapshot, elsewhere):
    user = make.user(roles=[Role.DEVELOPER if elsewhere else Role.DIRECTOR])
    if elsewhere:
        make.add(Membership(user_id=user.id, structure_id=make.structure().id, role=Role.ADMIN))
    browser.sign_in(user)
    set_up(browser)
    assert f"{PAGE}/retirer" not in browser.get(PAGE).text
    before = snapshot()
    assert browser.get(f"{PAGE}/retirer").location == PAGE
    tokens = browser.form(PAGE, action=f"{PAGE}/codes").values
    assert browser.client.post(f"{PAGE}/retirer", data=tokens | {"password": PASSWORD}).status_code == 403
    assert snapshot() == before


# --- Lost: another person takes it away


def test_a_director_takes_away_that_of_a_colleague(app, make, browser, telephone, session):
    user = telephone.owner(make)
    browser.sign_in(user)
    browser.submit("/connexion/code", {"code": telephone.code()})
    director = make.user(roles=[Role.DIRECTOR])
    actor = make.actor(director, roles=[Role.DIRECTOR])
    with make.transaction(actor) as database:
        services.reset(database, database.get_one(User, user.id), actor=actor, now=START)
    assert browser.get("/aujourdhui").status_code == 303, "what was open is closed"
    assert session.scalar(select(func.count()).select_from(Device)) == 0
    assert session.get(User, user.id).totp_secret is None
    assert Browser(app).sign_in(user).location == "/"


def test_nobody_else_may(make, telephone, snapshot):
    user = telephone.owner(make, roles=[Role.DIRECTOR])
    next_door = make.structure()
    cases = [(make.actor(user, roles=[Role.DIRECTOR]), NotAllowed)]
    for role in (Role.ADMIN, Role.DEVELOPER):
        cases.append((make.actor(make.user(roles=[role]), roles=[role]), NotAllowed))
    stranger = make.user(roles=[Role.DIRECTOR], structure=next_door)
    cases.append((make.actor(stranger, roles=[Role.DIRECTOR], structure=next_door), NotFound))
    before = snapshot()
    for actor, refusal in cases:
        with pytest.raises(refusal), make.transaction(actor) as database:
            services.reset(database, database.get_one(User, user.id), actor=actor, now=START)
    assert snapshot() == before


def test_the_command_line_may_for_the_last_director(make, telephone, session):
    user = telephone.owner(make, roles=[Role.DIRECTOR])
    actor = Actor(None, "ligne de commande", None, kind="cli", granted=frozenset({Permission.PEOPLE_MANAGE}))
    with make.transaction(actor) as database:
        services.reset(database, database.get_one(User, user.id), actor=actor, now=START)
    assert session.get(User, user.id).totp_confirmed_at is None
