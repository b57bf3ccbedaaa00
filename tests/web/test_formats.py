"""Dates as people read them, in Paris, near and far, in both languages."""

from datetime import UTC, date, datetime

import pytest
from flask_babel import force_locale, ngettext

from crm.web import formats

TODAY = date(2026, 11, 22)
NEAR = [
    (date(2026, 11, 22), "aujourd'hui", "today"),
    (date(2026, 11, 23), "demain", "tomorrow"),
    (date(2026, 11, 21), "hier", "yesterday"),
    (date(2026, 11, 24), "dans 2 jours", "in 2 days"),
    (date(2026, 11, 10), "il y a 12 jours", "12 days ago"),
    (date(2026, 12, 22), "dans 30 jours", "in 30 days"),
    (date(2026, 12, 23), "23/12/2026", "23/12/2026"),
    (date(2025, 1, 5), "05/01/2025", "05/01/2025"),
]


@pytest.mark.parametrize(("value", "french", "english"), NEAR)
def test_near_days_have_words(app, value, french, english):
    with app.test_request_context():
        with force_locale("fr"):
            assert formats.day_near(value, TODAY) == french
        with force_locale("en"):
            assert formats.day_near(value, TODAY) == english


@pytest.mark.parametrize(
    ("instant", "shown"),
    [
        (datetime(2026, 11, 22, 13, 5, tzinfo=UTC), "22/11/2026 à 14:05"),
        (datetime(2026, 7, 14, 22, 30, tzinfo=UTC), "15/07/2026 à 00:30"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "25/10/2026 à 02:30"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "25/10/2026 à 02:30"),
    ],
)
def test_instants_are_shown_in_paris(app, instant, shown):
    with app.test_request_context(), force_locale("fr"):
        assert formats.moment(instant) == shown


def test_nothing_is_shown_as_nothing(app):
    with app.test_request_context():
        assert formats.day(None) == formats.moment(None) == formats.day_near(None) == ""


@pytest.mark.parametrize(
    ("count", "french", "english"), [(0, "0 jour", "0 days"), (1, "1 jour", "1 day"), (2, "2 jours", "2 days")]
)
def test_nought_is_one_in_french_and_many_in_english(app, count, french, english):
    with app.test_request_context():
        with force_locale("fr"):
            assert ngettext("%(num)s jour", "%(num)s jours", count) == french
        with force_locale("en"):
            assert ngettext("%(num)s jour", "%(num)s jours", count) == english
