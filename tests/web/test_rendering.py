"""The shorter ways of the templates give what Jinja, Flask-Babel and Flask give."""

import pytest
from flask import Flask
from flask_babel import force_locale, gettext
from jinja2 import UndefinedError
from werkzeug.routing import BuildError

PAGE = """
{% macro word(text, tone="") -%}
  <b class="{{ tone }}">{{ text }}{% if caller is defined %}{{ caller() }}{% endif %}</b>
{%- endmacro %}
{% for name in names %}{{ word(name, tone="x") }}{% call word("y") %}{{ _("Partenaires") }}{{ loop.index }}{% endcall %}
{% endfor %}
{{ _("%(shown)s affichés", shown="<i>") }} {{ _(hostile) }} {{ twice(2) }} {{ names.index("b") }}"""


@pytest.mark.parametrize(("language", "partners"), [("fr", "Partenaires"), ("en", "Partners")])
def test_macros_words_and_functions_are_called_as_jinja_calls_them(app, language, partners):
    given = {"names": ["<a>", "b"], "hostile": "<script>", "twice": lambda number: number * 2}
    with app.test_request_context(), force_locale(language):
        shown = app.jinja_env.from_string(PAGE).render(given)
        again = app.jinja_env.from_string(PAGE).render(given)
        assert shown == again
    assert f'<b class="">y{partners}1</b>' in shown
    assert f'<b class="">y{partners}2</b>' in shown
    assert '<b class="x">&lt;a&gt;</b>' in shown
    assert "&lt;i&gt;" in shown  # a value is escaped; a text of ours is not
    assert shown.endswith(" 4 1")


def test_a_word_is_escaped_in_a_page_and_not_in_a_mail(app):
    with app.test_request_context(), force_locale("en"):
        page = app.jinja_env.from_string("{{ _('Bientôt') ~ '<' }}").render()
        mail = app.jinja_env.from_string("{% autoescape false %}{{ _('Bientôt') ~ '<' }}{% endautoescape %}").render()
    assert (page, mail) == (f"{gettext_of(app, 'Bientôt')}&lt;", f"{gettext_of(app, 'Bientôt')}<")


def gettext_of(app: Flask, text: str) -> str:
    """The English of a text, by Flask-Babel alone."""
    with app.test_request_context(), force_locale("en"):
        return str(gettext(text))


def test_a_word_follows_the_language_within_one_request(app):
    template = app.jinja_env.from_string("{{ _('Partenaires') }}")
    with app.test_request_context():
        said = []
        for language in ("fr", "en", "fr"):
            with force_locale(language):
                said.append(template.render())
    assert said == ["Partenaires", "Partners", "Partenaires"]


def test_a_translation_is_no_text_to_escape_twice(app):
    with app.test_request_context(), force_locale("fr"):
        assert app.jinja_env.from_string('{{ _("Aujourd\'hui") }}').render() == "Aujourd'hui"


def test_what_is_missing_is_still_a_fault(app):
    with app.test_request_context():
        with pytest.raises(UndefinedError):
            app.jinja_env.from_string("{{ nobody() }}").render()
        with pytest.raises(TypeError, match="takes no keyword argument"):
            app.jinja_env.from_string("{% macro one() %}{% endmacro %}{{ one(two=2) }}").render()


VALUES = ["sQh2_k-9", "0", "a b", "é", "../x", "a/b", "%2F", "?q=1#x", "", "x" * 200, "stand-in-0f3a", 3, None]


@pytest.mark.parametrize("root", ["", "/passerelle"])
def test_every_address_is_the_one_flask_writes(app, root):
    with app.test_request_context("/partenaires", environ_overrides={"SCRIPT_NAME": root}):
        names = {rule.endpoint: sorted(rule.arguments) for rule in app.url_map.iter_rules()}
        assert len(names) > 50
        for endpoint, arguments in names.items():
            for value in VALUES:
                values = dict.fromkeys(arguments, value) or {"after": value}
                for given in (values, values | {"page": "2"}, {} if not arguments else values):
                    # Twice: the second is put together from what the first one left.
                    assert written(app.url_for, endpoint, given) == written(Flask.url_for, endpoint, given, app)
                    assert written(app.url_for, endpoint, given) == written(Flask.url_for, endpoint, given, app)
        anchor = {"public_id": "abc", "_anchor": "é t"}
        assert app.url_for("partners.show", **anchor) == Flask.url_for(app, "partners.show", **anchor)
        assert app.url_for(".index") == Flask.url_for(app, ".index")
        with pytest.raises(BuildError):
            app.url_for("partners.nowhere")


def written(write, endpoint, values, *first):
    """An address, or the kind of refusal."""
    try:
        return write(*first, endpoint, **values)
    except (BuildError, ValueError) as refusal:
        return type(refusal)


def test_outside_a_request_an_address_is_refused_as_before(app):
    with app.app_context(), pytest.raises(RuntimeError, match="SERVER_NAME"):
        app.url_for("partners.index")
