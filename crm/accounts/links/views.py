"""
The pages that a link opens, for people who are not signed in.

A GET shows the form and changes nothing: mail programs open links by themselves. Each POST asks for something typed.
"""

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user, logout_user

from crm.access.guard import PUBLIC, before, needs
from crm.accounts.administration import sirets
from crm.accounts.enums import LegalKind, LinkPurpose
from crm.accounts.links import queries, services
from crm.accounts.links.following import services as following
from crm.accounts.links.following.services import DeadLink
from crm.accounts.links.forms import AddressForm, FirstAccountForm, ForgottenForm, NewPasswordForm
from crm.accounts.links.queries import Opened
from crm.accounts.links.refusals import LinkRefused
from crm.accounts.links.words import CHANGES_OF_ADDRESS, INVITATIONS
from crm.accounts.services import WeakPassword
from crm.accounts.throttle.gate import limited
from crm.db import db
from crm.web import sessions

bp = Blueprint("links", __name__)

_count_dead = limited("link")


@bp.app_errorhandler(DeadLink)
def dead(_refusal: DeadLink) -> ResponseReturnValue:
    """
    One page for a word that is unknown, used, ended or replaced. Tries are counted here, where one proved wrong.

    For the links of other domains as well: whoever guesses is counted once, wherever he guesses.
    """
    stopped = _count_dead()
    if stopped is not None:
        return stopped
    return render_template("links/dead.html", page=request.endpoint), 404


@bp.route("/mot-de-passe-oublie", methods=["GET", "POST"])
@needs(PUBLIC)
@before(limited("reset"))
def forgotten() -> ResponseReturnValue:
    """Ask for a new password. The answer is the same whatever the address; without a mail server, whom to ask."""
    form = ForgottenForm.bind()
    if form.accepted():
        services.ask_reset(db.session(), form.email.data or "", now=g.now)
        return redirect(url_for("links.forgotten", demande="1"), 303)
    status = 422 if form.submitted else 200
    return render_template(
        "links/forgotten.html",
        form=form,
        sends_mail=bool(current_app.config["SMTP_URL"]),
        asked=not form.submitted and "demande" in request.args,
    ), status


@bp.route("/mot-de-passe/<token>", methods=["GET", "POST"])
@needs(PUBLIC)
def reset(token: str) -> ResponseReturnValue:
    """Choose a new password."""
    opened = _opened(token, {LinkPurpose.RESET})
    form = NewPasswordForm.bind()
    form.ask_for(guarded=opened.guarded)
    if form.accepted():
        try:
            following.reset_password(db.session(), token, form.password.data or "", now=g.now)
        except WeakPassword as refusal:
            form.refuse_password(refusal)
        else:
            return _sign_in_now(gettext("Votre mot de passe est changé. Connectez-vous avec le nouveau."))
    status = 422 if form.submitted else 200
    return render_template("links/reset.html", form=form, opened=opened), status


@bp.route("/invitation/<token>", methods=["GET", "POST"])
@needs(PUBLIC)
def invitation(token: str) -> ResponseReturnValue:
    """Come in for the first time: choose a password. Whoever has an account is sent to the sign-in page instead."""
    opened = _opened(token, INVITATIONS)
    if opened.purpose is LinkPurpose.ARRIVAL:
        return render_template("links/arrival.html", opened=opened)
    form = NewPasswordForm.bind()
    form.ask_for(guarded=opened.guarded)
    if form.accepted():
        try:
            following.accept_invitation(db.session(), token, form.password.data or "", now=g.now)
        except WeakPassword as refusal:
            form.refuse_password(refusal)
        else:
            return _sign_in_now(gettext("Votre mot de passe est enregistré. Connectez-vous."))
    status = 422 if form.submitted else 200
    return render_template("links/invitation.html", form=form, opened=opened), status


@bp.route("/adresse/<token>", methods=["GET", "POST"])
@needs(PUBLIC)
def address(token: str) -> ResponseReturnValue:
    """Confirm one half of a change of address."""
    opened = _opened(token, CHANGES_OF_ADDRESS)
    form = AddressForm.bind()
    if form.accepted():
        try:
            changed = following.confirm_address(db.session(), token, form.email.data or "", now=g.now)
        except LinkRefused as refusal:
            form.refuse(refusal, refusal.field)
        else:
            if changed:
                flash(gettext("Votre adresse est changée. Elle sert désormais à vous connecter."), "success")
            else:
                flash(gettext("C'est noté. Suivez aussi le lien envoyé à l'autre adresse."), "info")
            return redirect(url_for("accounts.sign_in"), 303)
    status = 422 if form.submitted else 200
    return render_template("links/address.html", form=form, opened=opened), status


@bp.route("/bienvenue/<token>", methods=["GET", "POST"])
@needs(PUBLIC)
def first_account(token: str) -> ResponseReturnValue:
    """Open an empty installation: the structure and its first director."""
    _opened(token, {LinkPurpose.FIRST_ACCOUNT})
    form = FirstAccountForm.bind()
    form.ask_for(guarded=True)
    if form.accepted():
        try:
            following.open_installation(db.session(), token, _opening(form), now=g.now)
        except WeakPassword as refusal:
            form.refuse_password(refusal)
        except LinkRefused as refusal:
            form.refuse(refusal, refusal.field)
        else:
            return _sign_in_now(gettext("Votre structure est prête. Connectez-vous."))
    status = 422 if form.submitted else 200
    return render_template("links/first_account.html", form=form), status


def _opening(form: FirstAccountForm) -> following.Opening:
    return following.Opening(
        structure=form.structure.data or "",
        legal_kind=LegalKind(form.legal_kind.data),
        siret=sirets.read(form.siret.data).value,
        first_name=form.first_name.data or "",
        last_name=form.last_name.data or "",
        email=form.email.data or "",
        password=form.password.data or "",
    )


def _opened(word: str, purposes: set[LinkPurpose] | frozenset[LinkPurpose]) -> Opened:
    """What the page shows. Raises DeadLink."""
    opened = queries.opened(db.session(), word, purposes, now=g.now)
    if opened is None:
        raise DeadLink
    return opened


def _sign_in_now(sentence: str) -> ResponseReturnValue:
    """
    To the sign-in page, as nobody: a link signs nobody in, and whoever was signed in here is no longer.

    A visitor keeps the session that holds the form's token: a second click finds it, and leads to the same page.
    """
    if current_user.is_authenticated:
        logout_user()
        session.clear()
        sessions.current().renew()
    flash(sentence, "success")
    return redirect(url_for("accounts.sign_in"), 303)
