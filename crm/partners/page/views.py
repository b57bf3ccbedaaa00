"""The page of one partner, in the address and under the endpoint of `crm/partners/views.py`."""

from typing import Any

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm import clock
from crm.access.guard import current_actor
from crm.access.policy import Actor
from crm.db import db
from crm.partners import queries as partners
from crm.partners import registry
from crm.partners.models import Partner
from crm.partners.page import merging, queries
from crm.partners.registry import Stream, Viewing
from crm.web.paging import decode, encode

#: Moments of a page of the timeline.
SIZE = 20
#: What a cursor is made of: instant, stream, key.
_CURSOR = (str, str, int)


def page_of(public_id: str) -> ResponseReturnValue:
    """Who the partner is, how we follow it, a panel of each domain that has one, and the one timeline."""
    actor, session = current_actor(), db.session()
    partner = partners.get(session, public_id, actor=actor)
    viewing = Viewing(partner.id, actor, clock.day_of(g.now))
    head = queries.head(session, partner, actor=actor, today=viewing.today)
    panels = [(panel, panel.load(session, viewing)) for panel in registry.panels_for(actor)]
    return render_template(
        "partners/show.html",
        partner=partner,
        head=head,
        follow=head.follow,
        owner=head.owner,
        panels_of=lambda place: [one for one in panels if one[0].place == place],
        timeline=_timeline(partner, viewing),
        **_around(partner, actor),
    )


def _timeline(partner: Partner, viewing: Viewing) -> dict[str, Any]:
    """The moments of the page that the address asks for, the tabs, and where older ones are."""
    streams = registry.streams_for(viewing.actor)
    chosen = next((one for one in streams if one.key == request.args.get("fil", "")), None)
    cursor = merging.cursor_of(decode(request.args.get("avant", ""), _CURSOR))
    read = [(one.key, _load(one, viewing)) for one in streams if chosen in {None, one}]
    page = merging.merge(read, cursor, SIZE)
    here: dict[str, Any] = {"public_id": partner.public_id, "fil": chosen.key if chosen else None}
    templates = {one.key: one.template for one in streams}
    return {
        "moments": [(templates[key], moment.data) for key, moment in page.moments],
        "streams": streams,
        "chosen": chosen,
        "older": _address(here, encode(merging.cursor_words(page.after))) if page.after else None,
        "latest": _address(here) if cursor else None,
    }


def _address(here: dict[str, Any], before: str | None = None) -> str:
    return url_for("partners.show", **here, avant=before, _anchor="fil")


def _load(stream: Stream, viewing: Viewing) -> merging.Load[registry.Moment]:
    return lambda before, limit: stream.load(db.session(), viewing, before, limit)


def _around(partner: Partner, actor: Actor) -> dict[str, Any]:
    session = db.session()
    return {
        "sites": queries.sites(session, partner, actor=actor),
        "similar": queries.similar(session, partner, actor=actor),
    }
