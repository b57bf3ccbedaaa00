"""The crossed table of a project and the roadmap of a partnership, as PDF. In French: they are given to partners."""

from io import BytesIO
from typing import Any

from flask import Blueprint, g, send_file
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext

from crm import clock
from crm.access.guard import current_actor, needs
from crm.access.policy import Permission
from crm.accounts import queries as accounts
from crm.db import db
from crm.method import queries as cards
from crm.method.enums import FindingKind
from crm.method.models import Partnership
from crm.method.partnerships import queries as partnerships
from crm.method.projects import queries as projects
from crm.web import typesetting
from crm.web.formats import day, euros

bp = Blueprint("method_papers", __name__)

TEMPLATE = "pdf/method.typ"


@bp.route("/projets/<public_id>/swot.pdf")
@needs(Permission.PROJECT_READ)
def swot(public_id: str) -> ResponseReturnValue:
    """The crossed table, and the strategy drawn from it."""
    initiative = cards.get_initiative(db.session(), public_id, actor=current_actor())
    page = projects.page_of(db.session(), initiative)
    with force_locale("fr"):
        strategy = page.strategy
        texts = (
            []
            if strategy is None
            else [
                (gettext("Enjeux prioritaires"), strategy.priorities),
                (gettext("L'offre de service"), strategy.offer),
                (gettext("Ce qui nous distingue"), strategy.difference),
                (gettext("Les ressources"), strategy.resources),
            ]
        )
        data = _sheet(initiative.title, gettext("Tableau croisé")) | {
            "quarters": [
                {
                    "name": gettext(kind.label),
                    "lines": [_sourced(one.wording, one.source) for one in page.findings[kind]],
                }
                for kind in FindingKind
            ],
            "sections": [{"name": name, "lines": [text]} for name, text in texts if text],
        }
    return _sent(data, "tableau-croise.pdf")


@bp.route("/partenariats/<public_id>/feuille-de-route.pdf")
@needs(Permission.PROJECT_READ)
def roadmap(public_id: str) -> ResponseReturnValue:
    """The « feuille de route »: who does what, by when; the budget and the agreement."""
    actor, session = current_actor(), db.session()
    card = cards.get_partnership(session, public_id, actor=actor)
    page = partnerships.page_of(session, card, actor=actor, now=g.now)
    names = accounts.names(session, {one.ours_id for one in page.roadmap if one.ours_id is not None})
    with force_locale("fr"):
        heads = (gettext("Quoi"), gettext("Qui chez nous"), gettext("Qui chez le partenaire"))
        data = _sheet(card.partner.name, gettext("Feuille de route")) | {
            "lead": card.initiative.title,
            "heads": [*heads, gettext("Pour quand"), gettext("État")],
            "rows": [
                [
                    "\n".join(text for text in (one.what, one.how) if text),
                    names.get(one.ours_id or 0, ""),
                    page.contacts.get(one.theirs_id or 0, "") or one.theirs,
                    day(one.due_on),
                    gettext(one.state.label),
                ]
                for one in page.roadmap
            ],
            "sections": _terms(card, page),
        }
    return _sent(data, "feuille-de-route.pdf")


def _terms(card: Partnership, page: partnerships.PartnershipPage) -> list[dict[str, Any]]:
    found = []
    budget = [
        " · ".join(
            text
            for text in (
                gettext(one.side.label),
                one.wording,
                one.funder,
                one.period,
                euros(one.planned_cents) if one.planned_cents is not None else "",
            )
            if text
        )
        for one in page.budget
    ]
    if card.without_budget:
        budget.insert(0, gettext("Sans budget."))
    if budget:
        found.append({"name": gettext("Budget"), "lines": budget})
    if card.agreed_on is not None:
        who = page.contacts.get(card.agreed_by_id or 0, "") or card.agreed_by
        said = gettext("Accord de %(who)s le %(day)s.", who=who, day=day(card.agreed_on))
        found.append({"name": gettext("Accord et pilotes"), "lines": [said]})
    return found


def _sourced(wording: str, source: str) -> str:
    return f"{wording} ({source})" if source else wording


def _sheet(title: str, kind: str) -> dict[str, Any]:
    return {
        "title": title,
        "kind": kind,
        "author": current_actor().name,
        "lead": "",
        "footer": f"{kind} · {day(clock.day_of(g.now))}",
        "nothing": gettext("Rien pour l'instant."),
        "quarters": [],
        "heads": [],
        "rows": [],
        "sections": [],
    }


def _sent(data: dict[str, Any], name: str) -> ResponseReturnValue:
    content = typesetting.pdf(TEMPLATE, data)
    answer = send_file(BytesIO(content), "application/pdf", as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer
