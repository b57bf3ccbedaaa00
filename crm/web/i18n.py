"""The language of the screen: the person's own, the visitor's choice, or what the browser asks for."""

from flask import Flask, request, session
from flask_babel import Babel
from flask_login import current_user

from crm.web.rendering import remember_words


def register(app: Flask) -> None:
    """French in the source, other languages from crm/translations."""
    Babel(app, locale_selector=chosen_language)
    remember_words(app)


def chosen_language() -> str:
    """'fr' or 'en'."""
    languages = ("fr", "en")
    if current_user and current_user.is_authenticated:
        wanted = current_user.language
    else:
        wanted = session.get("language") or request.accept_languages.best_match(languages)
    return wanted if wanted in languages else "fr"
