"""Aujourd'hui: the first page of the day."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm import clock
from crm.access.guard import SIGNED_IN, current_actor, needs
from crm.db import db
from crm.home import queries
from crm.reminders.rules import Bucket
from crm.web.formats import weekday

bp = Blueprint("home", __name__)

#: Lines shown of one heap; ticking the first ones brings the next.
MOST = 50


@bp.get("/")
@needs(SIGNED_IN)
def index() -> ResponseReturnValue:
    """The address people type leads to their day."""
    return redirect(url_for("home.today"))


@bp.get("/aujourdhui")
@needs(SIGNED_IN)
def today() -> ResponseReturnValue:
    """What is late, for today, to call, to write, without anything planned; the team's with ?qui=equipe."""
    actor = current_actor()
    day = clock.day_of(g.now)
    team = request.args.get("qui") == "equipe"
    return render_template(
        "home/today.html",
        first_name=queries.first_name(db.session(), actor=actor),
        weekday=weekday(day),
        has_todos=queries.has_todos(actor),
        may_see_team=queries.may_see_team(actor),
        labels={heap: heap.label for heap in Bucket},
        most=MOST,
        today=queries.today(db.session(), actor=actor, team=team, day=day, now=g.now),
    )
