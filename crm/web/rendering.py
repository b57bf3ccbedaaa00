"""
Jinja with shorter ways for what a page does hundreds of times: call a macro, translate a word, write an address.

Each gives what Jinja and Flask give, and leaves the rest to them (tests/web/test_rendering.py compares the two). What
each saves is in docs/decisions/0027-shorter-ways-for-templates.md.
"""

import re
from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Any

from babel import Locale
from flask import Flask, g, request
from flask.templating import Environment as FlaskEnvironment
from flask_babel import get_locale
from jinja2 import pass_context
from jinja2.runtime import Context, Macro
from markupsafe import Markup

#: Words kept of one language: more than the screens hold.
MOST_WORDS = 5_000
#: What is written in an address as it stands, wherever it stands there.
_PLAIN = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_STAND_IN = "stand-in-0f3a"
#: A text that has no place but for whole values: no « %% », no number to be rounded.
_ONLY_TEXTS = re.compile(r"(?:[^%]|%\(\w+\)s)*").fullmatch


class PageContext(Context):
    """A context that calls macros, plain functions and the translation without looking for what they want passed."""

    def call(self, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call `obj` as the template does."""
        kind = type(obj)
        if kind is Macro:
            args = (self.eval_ctx, *args)
        elif obj is self.environment.globals["gettext"]:
            args = (self, *args)  # it looks at no variable: no copy of those of a loop
        elif not (kind is FunctionType or kind is MethodType) or obj.__dict__:
            return super().call(obj, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return obj(*args, **kwargs)


class PageEnvironment(FlaskEnvironment):
    """Flask's environment with our contexts."""

    context_class = PageContext


def remember_words(app: Flask) -> None:
    """Let the templates look each text up once by language. To be called after Flask-Babel."""
    translate: Any = app.jinja_env.globals["gettext"]
    app.jinja_env.globals["gettext"] = app.jinja_env.globals["_"] = _remembering(translate)


def _remembering(translate: Callable[..., Any]) -> Callable[..., Any]:
    known: dict[tuple[str, bool, bool], dict[str, Any]] = {}

    @pass_context
    def gettext(context: Context, text: str, /, **values: Any) -> Any:
        locale = _language()
        if locale is None or type(text) is not str or (values and not _ONLY_TEXTS(text)):
            return translate(context, text, **values)
        words = known.setdefault((locale.language, bool(context.eval_ctx.autoescape), bool(values)), {})
        if (word := words.get(text)) is None:
            # With each of its places for a value in that place again: a pattern, escaped or not as its kind is.
            word = translate(context, text, **{name: _place(name) for name in values})
            if len(words) < MOST_WORDS:
                words[text] = word
        if not values:
            return word
        return word % values if _ONLY_TEXTS(word) else translate(context, text, **values)

    return gettext


def _language() -> Locale | None:
    """Flask-Babel's get_locale(), which looks for its place in `g` three times."""
    chosen: Locale | None = getattr(g.get("_flask_babel"), "babel_locale", None) if g else None
    return chosen or get_locale()


def _place(name: str) -> Any:
    return Markup("%({})s").format(name)


class Addresses:
    """The addresses of an application: `head` and `tail` of those that one plain word completes, and those of files."""

    def __init__(self, build: Callable[..., str]) -> None:
        self._build = build
        self._halves: dict[tuple[str, str], tuple[str, str] | None] = {}
        self._whole: dict[tuple[str, str], str] = {}

    def of(self, endpoint: str, values: dict[str, Any]) -> str:
        """What `build` (Flask's url_for) gives. Only inside a request."""
        name, value = next(iter(values.items()), ("", ""))
        if len(values) > 1 or name[:1] == "_" or type(value) is not str or endpoint[:1] == "." or request.root_path:
            return self._build(endpoint, **values)
        if not name or endpoint.endswith("static"):
            return self._known(endpoint, name, value)
        return self._completed(endpoint, name, value)

    def _known(self, endpoint: str, name: str, value: str) -> str:
        key = (endpoint, value)
        if (found := self._whole.get(key)) is None:
            found = self._build(endpoint, **({name: value} if name else {}))
            if len(self._whole) < MOST_WORDS:
                self._whole[key] = found
        return found

    def _completed(self, endpoint: str, name: str, value: str) -> str:
        key = (endpoint, name)
        if key not in self._halves:
            self._halves[key] = self._cut(endpoint, name)
        halves = self._halves[key]
        if halves is None or not _PLAIN.fullmatch(value):
            return self._build(endpoint, **{name: value})
        return f"{halves[0]}{value}{halves[1]}"

    def _cut(self, endpoint: str, name: str) -> tuple[str, str] | None:
        try:
            parts = self._build(endpoint, **{name: _STAND_IN}).split(_STAND_IN)
        except ValueError:  # a number or a date is wanted there
            return None
        return (parts[0], parts[1]) if len(parts) == 2 else None
