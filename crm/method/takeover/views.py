"""The screens of a reprise of many partners: who, at which step, since when; and its undo."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from crm import clock
from crm.access.guard import current_actor, needs
from crm.access.policy import Permission
from crm.accounts import queries as accounts
from crm.db import db
from crm.errors import DomainError, NotAllowed, NotFound
from crm.method.takeover import queries, services
from crm.method.takeover.forms import TakeOverForm
from crm.partners.bulk.queries import Selection, targets
from crm.web.redirects import inside

bp = Blueprint("takeover", __name__)


@bp.route("/partenaires/en-nombre/reprendre", methods=["GET", "POST"])
@needs(Permission.PROJECT_EDIT)
def take_over() -> ResponseReturnValue:
    """The partners chosen in the list, under the portfolio: announced, then done."""
    actor, session = current_actor(), db.session()
    chosen = _selection()
    today = clock.day_of(g.now)
    found = targets(session, chosen, actor=actor, today=today) if chosen.ids or chosen.everything else []
    there = queries.in_portfolio(session, actor=actor)
    people = [(one.id, one.name) for one in accounts.colleagues(session, actor=actor)]
    form = TakeOverForm.bind({"owner": str(actor.user_id or ""), "step": "4"}, people=people)
    new = [one for one in found if one.partner_id not in there]
    back = url_for("partners.index") + (f"?{chosen.address}" if chosen.address else "")
    if form.accepted():
        try:
            action, count = services.take_over(
                session,
                new,
                step=int(form.step.data),
                on=form.taken_over_on.data or today,
                owner_id=int(form.owner.data) if form.owner.data else None,
                actor=actor,
                now=g.now,
            )
        except (NotAllowed, NotFound):
            raise
        except DomainError as refusal:
            form.refuse(refusal, getattr(refusal, "field", None) or None)
        else:
            undo = {
                "text": ngettext("%(num)s partenaire repris.", "%(num)s partenaires repris.", count),
                "undo_url": url_for("takeover.undo", public_id=action.public_id),
                "undo_label": gettext("Annuler"),
                "undo_fields": {"next": back},
            }
            flash(undo, "success")  # type: ignore[arg-type]  # Flask keeps any value JSON can hold
            return redirect(back, 303)
    page = render_template(
        "method/takeover.html", form=form, new=new, left=len(found) - len(new), chosen=chosen, back=back, most_shown=20
    )
    return page, 422 if form.submitted else 200


@bp.post("/partenaires/en-nombre/reprendre/<public_id>/annuler")
@needs(Permission.PROJECT_EDIT)
def undo(public_id: str) -> ResponseReturnValue:
    """Take them all back, but those on which somebody worked since."""
    actor, session = current_actor(), db.session()
    action = queries.get_action(session, public_id, actor=actor)
    back = inside(request.form.get("next"), otherwise=url_for("partners.index"))
    try:
        undone = services.undo(session, action, actor=actor, now=g.now)
    except NotAllowed:
        raise
    except DomainError as refusal:
        sentence = gettext(refusal.message)
        return render_template("method/refused.html", sentence=sentence, back=back, name=gettext("Partenaires")), 409
    flash(ngettext("%(num)s reprise annulée.", "%(num)s reprises annulées.", undone.given_back), "success")
    if undone.left:
        left = ngettext(
            "%(num)s partenariat a bougé depuis : il reste.",
            "%(num)s partenariats ont bougé depuis : ils restent.",
            undone.left,
        )
        flash(left, "info")
    return redirect(back, 303)


def _selection() -> Selection:
    given = request.values
    ids = dict.fromkeys(one for one in given.getlist("ids") if one.isprintable())
    return Selection(tuple(ids)[: services.MOST + 1], bool(given.get("all")), given.get("address", "")[:2000])
