"""The list of conventions, the page of one, its form, its versions."""

from datetime import date
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm.access.guard import current_actor, needs
from crm.access.policy import Permission, can
from crm.accounts import queries as accounts
from crm.conventions import editions, lifecycle, queries
from crm.conventions.delegations import authority
from crm.conventions.enums import ConventionKind, ConventionState, Move, Side
from crm.conventions.forms import ConventionForm, convention_values
from crm.conventions.models import Convention
from crm.conventions.queries import FAR, SIZE, Filters
from crm.conventions.refusals import ConventionRefused
from crm.conventions.standing import standing
from crm.conventions.terms import is_advised, notice_by, term_at
from crm.conventions.views.frame import bp, choose_text, say_saved, today, wanted
from crm.conventions.writing import services as writing
from crm.db import db
from crm.errors import Conflict
from crm.partners import queries as partners
from crm.web.paging import cut, decode


@bp.get("/conventions")
@needs(Permission.CONVENTION_READ)
def index() -> ResponseReturnValue:
    """The conventions of the structure, the first to end first."""
    actor, session = current_actor(), db.session()
    asked = {name: request.args.get(name, "").strip() for name in ("q", "kind", "state", "owner")}
    filters = _filters(asked, may_bin=can(actor, Permission.CONVENTION_BIN))
    found = queries.listed(session, filters, actor=actor, today=today(), after=_cursor())
    page = cut(found, SIZE, lambda line: ((line.final_on or FAR).isoformat(), line.id))
    kept: dict[str, Any] = {name: value for name, value in asked.items() if value}
    return render_template(
        "conventions/index.html",
        lines=page.rows,
        asked=asked,
        filters=filters,
        narrowed=bool(kept),
        people=accounts.colleagues(session, actor=actor),
        kinds=list(ConventionKind),
        states=list(ConventionState),
        next_url=url_for("conventions.index", **kept, after=page.after) if page.after else None,
        first_url=url_for("conventions.index", **kept) if request.args.get("after") else None,
    )


def _filters(asked: dict[str, str], *, may_bin: bool) -> Filters:
    """What is asked in the address; a word that means nothing asks nothing."""
    states: frozenset[ConventionState] = frozenset()
    if asked["state"] == "all":
        states = frozenset(ConventionState)
    elif asked["state"] in set(ConventionState):
        states = frozenset({ConventionState(asked["state"])})
    owner = asked["owner"]
    return Filters(
        states=states,
        kind=ConventionKind(asked["kind"]) if asked["kind"] in set(ConventionKind) else None,
        owner=int(owner) if owner.isascii() and owner.isdigit() and len(owner) < 10 else None,
        words=asked["q"],
        binned=may_bin and asked["state"] == "bin",
    )


def _cursor() -> tuple[date, int] | None:
    key = decode(request.args.get("after", ""), (str, int))
    if key is None or not 0 <= int(key[1]) < 2**31:
        return None
    try:
        return date.fromisoformat(str(key[0])), int(key[1])
    except ValueError:
        return None


@bp.route("/partenaires/<public_id>/conventions/nouvelle", methods=["GET", "POST"])
@needs(Permission.CONVENTION_EDIT)
def new(public_id: str) -> ResponseReturnValue:
    """A convention with this partner."""
    actor, session = current_actor(), db.session()
    partner = partners.get(session, public_id, actor=actor, for_update=request.method == "POST")
    kind = request.args.get("type", "")
    first = {"kind": kind if kind in set(ConventionKind) else ConventionKind.FRAMEWORK.value}
    form = ConventionForm.bind(first | {"owner": str(actor.user_id or "")}, people=_people())
    if form.accepted():
        try:
            convention = writing.create(session, partner, form.values(), actor=actor, now=g.now)
        except ConventionRefused as refusal:
            form.refuse(refusal, refusal.field)
        else:
            flash(gettext("Convention commencée. Dites maintenant qui la signe."), "success")
            return redirect(url_for("conventions.signatories", public_id=convention.public_id), 303)
    page = render_template("conventions/form.html", form=form, partner=partner, convention=None)
    return page, 422 if form.submitted else 200


@bp.get("/conventions/<public_id>")
@needs(Permission.CONVENTION_READ)
def show(public_id: str) -> ResponseReturnValue:
    """All that is known of one convention, and what may be done."""
    actor, session = current_actor(), db.session()
    convention = wanted(public_id)
    facts = queries.facts(session, convention)
    return render_template(
        "conventions/show.html",
        convention=convention,
        partner=convention.partner,
        state=lifecycle.state(facts, today()),
        moves=lifecycle.possible(facts, today(), actor.permissions),
        missing=_missing(facts),
        term=_term(convention),
        warnings=_warnings(convention),
        standings={one.public_id: standing(one.due_on, one.kept_on, today()) for one in convention.commitments}
        | {one.public_id: standing(one.due_on, one.done_on, today()) for one in convention.dates},
        follower=queries.follower(session, convention),
        followed=queries.followed(session, convention),
        files=queries.files(session, convention),
        editions=queries.editions(session, convention),
        sides=list(Side),
        today=today(),
    )


def _missing(facts: lifecycle.Facts) -> list[str]:
    """What must still be written before it can be signed, for a draft."""
    everything = frozenset(Permission)
    return [
        gettext(reason.msgid, **reason.values)
        for reason in lifecycle.refusals(Move.APPROVE, facts, today(), everything)
        if reason.msgid != lifecycle.NOT_NOW
    ]


def _term(convention: Convention) -> dict[str, object] | None:
    """The term under way, and until when it may be denounced; None without days."""
    terms = queries.terms_of(convention)
    term = term_at(terms, today()) if terms else None
    if terms is None or term is None:
        return None
    denounce = notice_by(term.ends_on, terms.notice_months) if terms.tacit_months or terms.notice_months else None
    advised = terms.ends_on is None or is_advised(terms.starts_on, terms.ends_on)
    return {"term": term, "notice_by": denounce, "advised": advised}


def _warnings(convention: Convention) -> dict[str, str]:
    """Of each of ours who signs: what the register of delegations has to say, when it is not in order."""
    register = queries.delegations(db.session(), actor=current_actor())
    found = {}
    for one in convention.signatories:
        said = authority(register, one.user_id, convention.kind, one.signed_on or today())
        if one.side is Side.OURS and said != "valid":
            found[one.public_id] = gettext(said.label)
    return found


@bp.route("/conventions/<public_id>/modifier", methods=["GET", "POST"])
@needs(Permission.CONVENTION_EDIT)
def edit(public_id: str) -> ResponseReturnValue:
    """Change what is agreed on; after a signature it makes a new version."""
    actor, session = current_actor(), db.session()
    convention = wanted(public_id)
    values, people = convention_values(convention), _people(convention)
    form = ConventionForm.bind(values, version=convention.version, people=people)
    if form.accepted():
        try:
            made = writing.update(session, convention, form.values(), version=form.version, actor=actor, now=g.now)
        except Conflict as refusal:
            current = ConventionForm(data=values, people=people)
            return choose_text(form, current, refusal, convention)
        except ConventionRefused as refusal:
            form.refuse(refusal, refusal.field)
        else:
            say_saved(convention, made_edition=made)
            return redirect(url_for("conventions.show", public_id=public_id), 303)
    page = render_template("conventions/form.html", form=form, partner=convention.partner, convention=convention)
    return page, 422 if form.submitted else 200


def _people(convention: Convention | None = None) -> list[tuple[int, str]]:
    known = accounts.colleagues(db.session(), actor=current_actor(), able=Permission.CONVENTION_READ)
    found = [(one.id, one.name) for one in known]
    owner = convention.owner if convention else None
    if owner is not None and owner.id not in {key for key, _ in found}:
        found.append((owner.id, owner.name))
    return found


@bp.get("/conventions/<public_id>/versions")
@needs(Permission.CONVENTION_READ)
def versions(public_id: str) -> ResponseReturnValue:
    """The versions that were signed before, each with what the next one changed."""
    session = db.session()
    convention = wanted(public_id)
    kept = queries.editions(session, convention)
    later = [writing.content_of(convention), *(editions.read(one.content) for one in kept)]
    people = accounts.names(session, {one.replaced_by_id for one in kept if one.replaced_by_id})
    shown = [
        {
            "number": one.number,
            "content": content,
            "signed_on": max((party.signed_on for party in content.signatories), default=""),
            "at": one.replaced_at,
            "who": people.get(one.replaced_by_id or 0, ""),
            "differences": editions.differences(content, after),
        }
        for one, after, content in zip(kept, later, later[1:], strict=False)
    ]
    return render_template(
        "conventions/versions.html",
        convention=convention,
        shown=shown,
        files=queries.files(session, convention),
        day_of=editions.day,
    )
