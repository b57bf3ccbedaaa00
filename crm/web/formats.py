"""Dates and figures as people read them. Formats come from Babel, words from the catalogue."""

from datetime import date, datetime

from flask import Flask
from flask_babel import format_currency, format_date, format_datetime, format_time, get_locale, gettext, ngettext

from crm import clock

NEAR = 30  # days: beyond, a date is written in full


def register(app: Flask) -> None:
    """Give the filters to the templates."""
    app.jinja_env.filters |= {
        "day": day,
        "euros": euros,
        "day_near": day_near,
        "moment": moment,
        "moment_near": moment_near,
        "hour": hour,
        "iso": iso,
        "weekday": weekday,
    }
    app.jinja_env.globals["get_locale"] = get_locale


def day(value: date | datetime | None) -> str:
    """22/11/2026, the day in Paris; '' for nothing."""
    if value is None:
        return ""
    plain = clock.day_of(value) if isinstance(value, datetime) else value
    return str(format_date(plain, "dd/MM/yyyy"))


def moment(value: datetime | None) -> str:
    """22/11/2026 à 14:05, in Paris."""
    return "" if value is None else gettext("%(day)s à %(hour)s", day=day(value), hour=hour(value))


def hour(value: datetime) -> str:
    """14:05, in Paris."""
    return str(format_time(value, "HH:mm"))


def iso(value: date | datetime) -> str:
    """For the `datetime` attribute of a <time>."""
    return value.isoformat()


def day_near(value: date | datetime | None, today: date | None = None) -> str:
    """'demain', 'il y a 12 jours' when near; 22/11/2026 beyond a month."""
    if value is None:
        return ""
    plain = clock.day_of(value) if isinstance(value, datetime) else value
    away = (plain - (today or clock.today())).days
    if abs(away) > NEAR:
        return day(plain)
    named = {0: gettext("aujourd'hui"), 1: gettext("demain"), -1: gettext("hier")}
    if away in named:
        return str(named[away])
    if away > 0:
        return str(ngettext("dans %(num)d jour", "dans %(num)d jours", away))
    return str(ngettext("il y a %(num)d jour", "il y a %(num)d jours", -away))


def moment_near(value: datetime) -> str:
    """'aujourd'hui à 14:05' when near, else the full date."""
    away = (clock.day_of(value) - clock.today()).days
    if away in {0, -1, 1}:
        return str(gettext("%(day)s à %(hour)s", day=day_near(value), hour=hour(value)))
    return day_near(value)


def euros(cents: int) -> str:
    """1 234,50 €; whole euros without cents."""
    shape = "#,##0.00 ¤" if cents % 100 else "#,##0 ¤"
    return str(format_currency(cents / 100, "EUR", shape, currency_digits=False))


def weekday(value: date) -> str:
    """'lundi 23 novembre'."""
    return str(format_datetime(datetime(value.year, value.month, value.day, 12, tzinfo=clock.PARIS), "EEEE d MMMM"))
