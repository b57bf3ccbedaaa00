"""The screens of contacts that may be one person: the list, two of them side by side, « distinct », the merge."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm.access.guard import current_actor, needs
from crm.access.policy import Permission, can
from crm.db import db
from crm.dedupe.contacts import queries, services
from crm.dedupe.contacts.forms import PersonForm, shown
from crm.dedupe.merging import conflicts
from crm.dedupe.merging import queries as merging
from crm.dedupe.merging.people import queries as people
from crm.dedupe.merging.people import services as merges
from crm.dedupe.merging.refusals import AlreadyMerged, SidesChanged
from crm.dedupe.pairs.refusals import PairGone
from crm.errors import DomainError, NotAllowed, NotFound
from crm.web.error_pages import translate
from crm.web.paging import cut, decode

bp = Blueprint("same_people", __name__)


@bp.get("/doublons/contacts")
@needs(Permission.DUPLICATE_DECIDE)
def index() -> ResponseReturnValue:
    """The contacts that may be one person, the likely ones first."""
    actor, session = current_actor(), db.session()
    key = decode(request.args.get("apres", ""), (int, int))
    after = (int(key[0]), int(key[1])) if key else None
    page = cut(
        queries.lines(session, actor=actor, after=after), queries.SIZE, lambda one: (int(not one.is_likely), one.id)
    )
    return render_template(
        "people_pairs/index.html",
        lines=page.rows,
        next_url=url_for("same_people.index", apres=page.after) if page.after else None,
        first_url=url_for("same_people.index") if after else None,
    )


@bp.route("/doublons/contacts/paire", methods=["GET", "POST"])
@needs(Permission.DUPLICATE_DECIDE)
def pair() -> ResponseReturnValue:
    """Two contacts side by side, what the one that remains would hold; then the merge."""
    actor, session = current_actor(), db.session()
    ids = _ids()
    try:
        chosen = people.chosen(session, ids, actor=actor)
    except (NotFound, NotAllowed):
        raise
    except DomainError as refusal:
        return _refused(refusal)
    sides = people.sides(session, chosen, actor=actor)
    form = PersonForm.bind({}, sides=sides)
    status = 200
    if form.accepted():
        try:
            done = merges.merge(
                session,
                ids,
                form.result(),
                remains=form.chosen,
                has_left=bool(form.in_two and form.has_left.data),
                seen=request.form.get("seen", ""),
                actor=actor,
                now=g.now,
            )
        except (NotFound, NotAllowed):
            raise
        except AlreadyMerged as refusal:
            return _refused(refusal)
        except SidesChanged as refusal:
            form.refuse(refusal)
            status = 409
        else:
            undo = {
                "text": gettext("Contacts fusionnés : « %(name)s ».", name=form.kept.name),
                "undo_url": url_for("merging.undo", public_id=done.public_id),
                "undo_label": gettext("Annuler la fusion"),
            }
            flash(undo, "success")  # type: ignore[arg-type]  # Flask keeps any value JSON can hold; base.html draws this
            return redirect(url_for("contacts.show", public_id=form.chosen), 303)
    found = queries.find(session, ids, actor=actor)
    losers = [one.id for one in sides if one.public_id != form.kept.public_id]
    counts = people.what_moves(session, losers)
    kinds = sorted(((conflicts.label_of(place), number) for place, number in counts.items()), key=lambda o: o[0].order)
    page = render_template(
        "people_pairs/pair.html",
        form=form,
        sides=sides,
        ids=ids,
        shown=shown,
        seen=merges.mark_of(sides),
        reasons=queries.reasons_of(found[0]) if found else (),
        is_pair=found is not None,
        kinds=kinds,
        days=merging.UNDOABLE.days,
        may_merge=can(actor, Permission.DUPLICATE_MERGE),
    )
    return page, 422 if form.submitted and status == 200 else status


@bp.post("/doublons/contacts/distinct")
@needs(Permission.DUPLICATE_DECIDE)
def distinct() -> ResponseReturnValue:
    """These two are not one person."""
    try:
        services.say_distinct(db.session(), _ids(), actor=current_actor(), now=g.now)
    except PairGone as refusal:
        return _refused(refusal)
    flash(gettext("Noté : ce sont deux personnes. La question ne revient que si l'une change."), "success")
    return redirect(url_for("same_people.index"), 303)


def _ids() -> list[str]:
    given = request.args.getlist("ids") or request.form.getlist("ids")
    return [one for one in dict.fromkeys(given) if one.isprintable()][: merging.MOST + 1]


def _refused(refusal: DomainError) -> ResponseReturnValue:
    way_out = [(gettext("Revenir aux doublons"), url_for("same_people.index"))]
    if isinstance(refusal, AlreadyMerged):
        way_out.insert(0, (gettext("Ouvrir la fiche qui reste"), url_for("contacts.show", public_id=refusal.into)))
    page = render_template(
        "errors/page.html",
        status=409,
        title=gettext("Déjà réglé"),
        sentence=translate(refusal),
        way_out=way_out,
        request_id="",
    )
    return page, 409
