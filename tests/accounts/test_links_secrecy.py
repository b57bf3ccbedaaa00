"""No word is kept anywhere, and no address of ours is built from what a visitor says."""

import logging
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from crm import clock
from crm.access.policy import Role
from crm.accounts.links import services as links
from crm.accounts.models import SingleUseLink, User
from crm.db import Base, db
from crm.reminders import delivery
from crm.reminders.links import delivery as link_mails
from crm.reminders.models import OutboxMessage
from crm.web.models import FormSubmission
from crm.web.submissions import fingerprint
from tests.accounts.followed import CHOSEN, invited, path_of, reset_of
from tests.factories import PASSWORD
from tests.pages import Browser, forms_of

PAGE = "/mot-de-passe-oublie"


def dump(app):
    """Everything that the database holds, as text; of bytes, both their letters and their hexadecimal."""
    parts = []
    with app.app_context(), db.engine.connect().execution_options(writes=False) as connection:
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(sa.select(table)):
                for value in row:
                    is_bytes = isinstance(value, bytes | memoryview)
                    parts.append(f"{bytes(value)!r} {bytes(value).hex()}" if is_bytes else str(value))
    return "\n".join(parts)


def post_mail(app):
    """What the scheduler does each minute."""
    with app.app_context():
        link_mails.queue_waiting(app, now=clock.now())
        return delivery.deliver(app, clock=clock.now)


def word_in(text):
    """The word of the only link of a mail."""
    (word,) = re.findall(r"^http\S+/([\w-]{43})$", text, re.MULTILINE)
    return word


@pytest.fixture
def everything_logged(caplog):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, logger="mail.log")  # the mail server of the tests writes down what it receives
    return caplog


def walk(app, path, typed):
    """All that may be done on the page of a link: opened, the language changed, refused, accepted, sent again."""
    visitor = Browser(app)
    visitor.get(path)
    visitor.client.head(path)
    for language in ("en", "fr"):
        visitor.submit(path, {"language": language}, action="/langue")
    visitor.client.post(path, data=typed)  # without a token
    visitor.submit(path, dict.fromkeys(typed, ""))
    form = visitor.form(path).values | typed
    for _ in range(2):
        assert visitor.client.post(path, data=form).status_code == 303
    visitor.get(path)


def test_no_word_is_in_the_database_nor_in_the_logs(app, make, everything_logged):
    """Links shown to copy, whatever is done with them."""
    user = make.user(email="ines@exemple.test")
    twice = {"password": CHOSEN, "password_again": CHOSEN}
    paths = [path_of(invited(make)), path_of(reset_of(make, make.user()))]
    for path in paths:
        assert path.rsplit("/", 1)[1] not in dump(app)
        walk(app, path, twice)
    with make.transaction() as session:
        change = links.begin_email_change(session, session.get_one(User, user.id), "i@exemple.test", now=clock.now())
    for path in (path_of(change.old), path_of(change.new)):
        paths.append(path)
        walk(app, path, {"email": "i@exemple.test"})
    kept, logged = dump(app), everything_logged.text
    for path in paths:
        word = path.rsplit("/", 1)[1]
        assert len(word) == 43
        assert word not in kept
        assert word not in logged
        assert word.encode().hex() not in kept
    assert CHOSEN not in kept
    assert CHOSEN not in logged


def test_nor_is_that_of_the_first_link(app, make, everything_logged):
    with make.transaction() as session:
        path = path_of(links.first_link(session, now=clock.now()))
    walk(app, path, {
        "structure": "Les Jardins du Ru", "legal_kind": "aci", "first_name": "Nadia", "last_name": "Roussel",
        "email": "nadia@exemple.test", "password": CHOSEN, "password_again": CHOSEN,
    })  # fmt: skip
    word = path.rsplit("/", 1)[1]
    assert word not in dump(app)
    assert word not in everything_logged.text


def test_nor_any_that_was_mailed(app, make, mail_server, everything_logged):
    """Not before the mail, not between two attempts, not after."""
    user = make.user()
    mail_server.refuse("DATA", times=1)
    Browser(app).submit(PAGE, {"email": user.email})
    invited(make)
    first = post_mail(app)
    assert (first.sent, first.postponed) == (0, 1)
    later = clock.now() + timedelta(minutes=2)
    with app.app_context():
        delivery.deliver(app, clock=lambda: later)
    words = [word_in(text) for text in mail_server.texts]
    assert len(set(words)) == 2
    for word in words:
        assert word not in dump(app)
    by_word = dict(zip(mail_server.texts, words, strict=True))
    for text, word in by_word.items():
        path = "/invitation/" if "/invitation/" in text else "/mot-de-passe/"
        walk(app, path + word, {"password": CHOSEN, "password_again": CHOSEN})
    kept = dump(app)
    for word in words:
        assert word not in kept
        assert word not in everything_logged.text


def test_a_link_shown_on_a_page_is_not_kept_either(app, make, browser, session):
    """The administration shows it, the account page shows two."""
    actor, user = make.user(roles=[Role.DIRECTOR]), make.user()
    browser.sign_in(actor)
    path = f"/reglages/personnes/{user.public_id}/mot-de-passe"
    shown = browser.submit(f"/reglages/personnes/{user.public_id}", {}, action=path)
    if shown.status_code == 303:
        shown = browser.get(shown.location)
    mine = browser.submit("/compte/adresse", {"email": "autre@exemple.test", "password": PASSWORD})
    words = re.findall(r"/(?:mot-de-passe|adresse)/([\w-]{43})", shown.text + mine.text)
    assert len(set(words)) == 3
    kept = dump(app)
    for word in words:
        assert word not in kept


def test_a_submitted_password_cannot_be_tried_against_what_is_stored(make, browser, session):
    """What tells a double click from another form is keyed."""
    path = path_of(invited(make))
    form = browser.form(path).values | {"password": CHOSEN, "password_again": CHOSEN}
    browser.client.post(path, data=form)
    (row,) = session.scalars(select(FormSubmission)).all()
    typed = list(form.items())
    assert row.fingerprint == fingerprint(f"{path}?", typed, key="k" * 40)
    assert row.fingerprint != fingerprint(f"{path}?", typed, key="l" * 40)


EVIL = "evil.exemple.net"
TRICKS = [
    {"headers": {"Host": EVIL}},
    {"headers": {"Host": f"127.0.0.1:80@{EVIL}"}},
    {"headers": {"Host": f"127.0.0.1.{EVIL}"}},
    {"headers": {"X-Forwarded-Host": EVIL}},
    {
        "headers": {
            "X-Forwarded-Host": f"localhost, {EVIL}",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Prefix": f"//{EVIL}",
        }
    },
    {"headers": {"Forwarded": f"for=1.2.3.4;host={EVIL};proto=https", "X-Host": EVIL, "X-Forwarded-Server": EVIL}},
    {"headers": {"X-Original-Host": EVIL, "X-Rewrite-URL": f"http://{EVIL}/", "X-HTTP-Host-Override": EVIL}},
    {"base_url": f"https://{EVIL}/"},
    {"environ_overrides": {"SERVER_NAME": EVIL, "SERVER_PORT": "443", "HTTP_SCRIPT_NAME": f"//{EVIL}"}},
    {"headers": {"Referer": f"https://{EVIL}/", "Origin": f"https://{EVIL}"}},
]


@pytest.mark.parametrize("proxies", [0, 1])
@pytest.mark.parametrize("trick", TRICKS)
def test_no_host_of_a_visitor_reaches_a_mail(app_with, make, mail_server, trick, proxies):
    user = make.user()
    app = app_with(
        PASSERELLE_PUBLIC_URL="http://passerelle.exemple.test",
        PASSERELLE_SMTP_URL=mail_server.url,
        PASSERELLE_TRUSTED_PROXIES=str(proxies),
    )
    visitor = Browser(app)
    form = visitor.client.get(PAGE)
    assert form.status_code == 200
    values = next(one.values for one in forms_of(form.text) if "email" in one.values)
    answer = visitor.client.post(PAGE, data=values | {"email": user.email}, **trick)
    assert answer.status_code in {303, 400, 404}, "done, or refused"
    assert EVIL not in answer.headers.get("Location", "")
    post_mail(app)
    if answer.status_code != 303:
        assert mail_server.messages == []
        return
    (text,) = mail_server.texts
    assert EVIL not in str(mail_server.messages[0])
    assert re.search(r"^http://passerelle\.exemple\.test/mot-de-passe/[\w-]{43}$", text, re.MULTILINE)


@pytest.mark.parametrize("trick", TRICKS)
def test_nor_a_link_that_is_shown(app_with, make, trick):
    app = app_with(PASSERELLE_PUBLIC_URL="http://passerelle.exemple.test")
    visitor = Browser(app)
    visitor.sign_in(make.user(roles=[Role.DIRECTOR]))
    user = make.user()
    page = f"/reglages/personnes/{user.public_id}"
    form = visitor.form(page, action=f"{page}/mot-de-passe").values
    answer = visitor.client.post(f"{page}/mot-de-passe", data=form, **trick)
    assert EVIL not in answer.text
    if answer.status_code == 200:
        assert "http://passerelle.exemple.test/mot-de-passe/" in answer.text


def test_the_outbox_holds_no_word(app, make, mail_server, session):
    Browser(app).submit(PAGE, {"email": make.user().email})
    with app.app_context():
        assert link_mails.queue_waiting(app, now=clock.now()) == 1
    link, row = session.scalars(select(SingleUseLink)).one(), session.scalars(select(OutboxMessage)).one()
    assert (row.rule, row.subject, row.body, link.token_hash) == ("link", link.public_id, "", None)
