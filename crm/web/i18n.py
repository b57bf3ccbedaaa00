"""The language of the screen: the person's own, the visitor's choice, or what the browser asks for."""

from typing import Any

from babel.support import NullTranslations
from flask import Flask, request, session
from flask_babel import Babel
from flask_login import current_user

from crm.web.rendering import remember_words


def register(app: Flask) -> None:
    """French in the source, other languages from crm/translations."""
    babel = Babel(app, locale_selector=chosen_language)
    with app.app_context():
        babel.domain_instance.cache["fr", babel.domain] = InFrench()
    remember_words(app)


class InFrench(NullTranslations):
    """The texts as the source has them. French counts nought and one and a half as one: « 0 échange »."""

    def ngettext(self, msgid1: str, msgid2: str, n: float) -> Any:
        """The singular for less than two."""
        return msgid1 if abs(n) < 2 else msgid2

    ungettext = ngettext


def chosen_language() -> str:
    """'fr' or 'en'."""
    languages = ("fr", "en")
    if current_user and current_user.is_authenticated:
        wanted = current_user.language
    else:
        wanted = session.get("language") or request.accept_languages.best_match(languages)
    return wanted if wanted in languages else "fr"
