"""The password asked again: limited, audited, and back to a page of ours."""

import pytest
import time_machine
from sqlalchemy import select

from crm.audit.models import AuditEvent
from tests.factories import PASSWORD

CONFIRM = "/compte/confirmer"


@pytest.mark.parametrize(
    ("wanted", "target"),
    [
        ("/partenaires?q=vasseur", "/partenaires?q=vasseur"),
        ("//exemple.test", "/"),
        ("https://exemple.test/", "/"),
        ("/\\exemple.test", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_it_leads_back_inside(make, browser, wanted, target):
    browser.sign_in(make.user())
    form = browser.form(CONFIRM)
    answer = browser.client.post(CONFIRM, data=form.values | {"password": PASSWORD, "next": wanted})
    assert (answer.status_code, answer.location) == (303, target)


def test_a_wrong_password_confirms_nothing_and_is_written_down(make, browser, session):
    user = make.user()
    browser.sign_in(user)
    before = browser.client.get_cookie("passerelle").value
    answer = browser.submit(CONFIRM, {"password": "faux"})
    assert answer.status_code == 422
    assert "faux" not in answer.text.replace("n&#39;est pas", "")
    assert browser.client.get_cookie("passerelle").value == before
    failed = session.scalars(select(AuditEvent).where(AuditEvent.result == "failed")).one()
    assert (failed.action, failed.actor_id) == ("password_again", user.id)


def test_five_tries_then_the_right_one_waits_too(make, browser):
    browser.sign_in(make.user())
    for _ in range(5):
        assert browser.submit(CONFIRM, {"password": "faux"}).status_code == 422
    answer = browser.submit(CONFIRM, {"password": PASSWORD})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 900
    with time_machine.travel(_in(minutes=16)):
        assert browser.submit(CONFIRM, {"password": PASSWORD}).status_code == 303


def _in(**delay):
    from datetime import UTC, datetime, timedelta

    return datetime.now(UTC) + timedelta(**delay)


def test_a_visitor_signs_in_instead(browser):
    assert browser.get(CONFIRM).location.startswith("/connexion?next=")
