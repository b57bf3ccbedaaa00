"""What happens to a convention: moves, signatures, promises kept, renewal, termination, the bin."""

from datetime import date

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from crm.access.guard import current_actor, needs
from crm.access.policy import Permission
from crm.conventions import services
from crm.conventions.delegations import Authority
from crm.conventions.enums import Move
from crm.conventions.forms import DoneForm, TerminateForm
from crm.conventions.models import Convention
from crm.conventions.refusals import ConventionRefused, MoveRefused
from crm.conventions.views.frame import back_to, bp, choose_text, offer_undo, today, wanted
from crm.conventions.writing import services as writing
from crm.db import db
from crm.errors import Conflict, DomainError
from crm.web.forms import BaseForm
from crm.wording import N_

_BY_BUTTON = {Move.SUBMIT, Move.SEND_BACK, Move.APPROVE}


@bp.post("/conventions/<public_id>/etape")
@needs(Permission.CONVENTION_EDIT)
def move(public_id: str) -> ResponseReturnValue:
    """Submit, send back, approve."""
    convention = wanted(public_id)
    asked = request.form.get("move", "")
    if asked not in _BY_BUTTON:
        raise DomainError(N_("Cette étape n'existe pas. Rien n'a été modifié."))
    version = BaseForm.bind().version
    try:
        services.move(
            db.session(), convention, Move(asked), version=version, actor=current_actor(), now=g.now, today=today()
        )
    except MoveRefused as refusal:
        return _refused(convention, refusal)
    said = {
        Move.SUBMIT: gettext("La convention est en relecture."),
        Move.SEND_BACK: gettext("La convention est de nouveau un brouillon."),
        Move.APPROVE: gettext("La convention est prête à signer."),
    }
    flash(said[Move(asked)], "success")
    return back_to(convention)


@bp.post("/conventions/<public_id>/signer")
@needs(Permission.CONVENTION_EDIT)
def sign(public_id: str) -> ResponseReturnValue:
    """Note the day on which somebody signed, or take it back."""
    convention = wanted(public_id)
    who, on = request.form.get("who", ""), _day()
    try:
        said = services.sign(db.session(), convention, who, on, actor=current_actor(), now=g.now, today=today())
    except MoveRefused as refusal:
        return _refused(convention, refusal)
    if on is None:
        flash(gettext("Signature retirée."), "success")
    elif said is not None and said is not Authority.VALID:
        flash(gettext("Signature notée. À vérifier : %(warning)s", warning=gettext(said.label)), "warning")
    else:
        flash(gettext("Signature notée."), "success")
    return back_to(convention)


@bp.post("/conventions/<public_id>/tenu")
@needs(Permission.CONVENTION_EDIT)
def keep(public_id: str) -> ResponseReturnValue:
    """Say that a promise was kept, or a dated duty done, with an undo."""
    actor, session = current_actor(), db.session()
    convention = wanted(public_id)
    which, what, on = request.form.get("which", ""), request.form.get("what", ""), _day()
    if what == "commitment":
        services.keep_commitment(session, convention, which, on, actor=actor, today=today())
    else:
        services.do_date(session, convention, which, on, actor=actor, today=today())
    if on is None:
        flash(gettext("Noté comme à faire de nouveau."), "success")
    else:
        url = url_for("conventions.keep", public_id=public_id)
        offer_undo(gettext("Noté comme fait."), url, which=which, what=what, on="")
    return back_to(convention)


@bp.route("/conventions/<public_id>/resilier", methods=["GET", "POST"])
@needs(Permission.CONVENTION_VALIDATE)
def terminate(public_id: str) -> ResponseReturnValue:
    """End a signed convention before its time."""
    convention = wanted(public_id)
    form = TerminateForm.bind({"on": today()}, version=convention.version)
    if form.accepted():
        try:
            services.terminate(
                db.session(),
                convention,
                on=form.on.data or today(),
                reason=form.reason.data or "",
                version=form.version,
                actor=current_actor(),
                now=g.now,
                today=today(),
            )
        except MoveRefused as refusal:
            return _refused(convention, refusal)
        except Conflict as refusal:
            return choose_text(form, TerminateForm(data={"on": today()}), refusal, convention)
        except ConventionRefused as refusal:
            form.refuse(refusal, refusal.field)
        else:
            offer_undo(gettext("Convention résiliée."), url_for("conventions.reinstate", public_id=public_id))
            return back_to(convention)
    return render_template(
        "conventions/terminate.html", form=form, convention=convention
    ), 422 if form.submitted else 200


@bp.post("/conventions/<public_id>/retablir")
@needs(Permission.CONVENTION_VALIDATE)
def reinstate(public_id: str) -> ResponseReturnValue:
    """Undo a termination."""
    convention = wanted(public_id)
    try:
        changed = services.reinstate(db.session(), convention, actor=current_actor(), now=g.now, today=today())
    except MoveRefused as refusal:
        return _refused(convention, refusal)
    said = gettext("La résiliation est annulée.") if changed else gettext("Elle n'est pas résiliée.")
    flash(said, "success" if changed else "info")
    return back_to(convention)


@bp.post("/conventions/<public_id>/renouveler")
@needs(Permission.CONVENTION_EDIT)
def renew(public_id: str) -> ResponseReturnValue:
    """Write the one that follows."""
    convention = wanted(public_id)
    try:
        following = writing.renew(db.session(), convention, actor=current_actor(), now=g.now, today=today())
    except MoveRefused as refusal:
        return _refused(convention, refusal)
    flash(gettext("Voici la suite, en brouillon : même texte, dates décalées. Relisez-la."), "success")
    return back_to(following)


@bp.post("/conventions/<public_id>/corbeille")
@needs(Permission.CONVENTION_BIN)
def to_bin(public_id: str) -> ResponseReturnValue:
    """To the bin, with an undo."""
    convention = wanted(public_id, binned=True)
    if services.to_bin(db.session(), convention, actor=current_actor(), now=g.now):
        text = gettext("« %(title)s » est dans la corbeille, pour 30 jours.", title=convention.title)
        offer_undo(text, url_for("conventions.restore", public_id=public_id))
    else:
        flash(gettext("« %(title)s » était déjà dans la corbeille.", title=convention.title), "info")
    return redirect(url_for("conventions.index"), 303)


@bp.post("/conventions/<public_id>/restaurer")
@needs(Permission.CONVENTION_BIN)
def restore(public_id: str) -> ResponseReturnValue:
    """Out of the bin."""
    convention = wanted(public_id, binned=True)
    if services.restore(db.session(), convention, actor=current_actor()):
        flash(gettext("« %(title)s » est de retour.", title=convention.title), "success")
    else:
        flash(gettext("« %(title)s » n'est pas dans la corbeille.", title=convention.title), "info")
    return back_to(convention)


def _day() -> date | None:
    """The day sent by a small form. Raises DomainError with the sentence."""
    form = DoneForm.bind()
    if not form.validate():
        raise DomainError(N_("Date à revoir, par exemple 22/11/2026."))
    typed: date | None = form.on.data
    return typed


def _refused(convention: Convention, refusal: MoveRefused) -> ResponseReturnValue:
    """Why it cannot be, every reason, and the page where to mend it."""
    page = render_template(
        "conventions/refused.html",
        convention=convention,
        reasons=[_said(one.msgid, one.values) for one in refusal.reasons],
    )
    return page, 422


def _said(msgid: str, values: object) -> str:
    given = {name: gettext(value) if name == "state" else value for name, value in dict(values).items()}  # type: ignore[call-overload]  # a mapping
    return str(gettext(msgid, **given))
