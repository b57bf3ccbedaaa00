"""Planted faults: templates and texts."""

from tests.architecture.french import (
    check_french_is_marked,
    check_marked_texts_are_whole,
    check_scripts_hold_no_text,
)
from tests.architecture.planting import Case
from tests.architecture.screens import (
    check_forms_are_protected,
    check_nothing_inline,
    check_nothing_is_trusted,
    check_templates_are_used,
    check_templates_parse,
    check_texts_are_translatable,
)

CASES = [
    Case(
        check_templates_parse,
        "unknown_tag",
        {
            "templates/a.html": "<p>\n{% iff x %}</p>\n",
            "templates/b.html": '{% trans %}Bonjour{% endtrans %}{{ _("a") }}\n',
        },
        ("templates/a.html:2: does not parse (Encountered unknown tag 'iff'.)",),
    ),
    Case(
        check_nothing_inline,
        "inline",
        {
            "templates/clean.html": """\
                {# <style> onclick="x" #}
                <script src="{{ url_for('static', filename='a.js') }}" type="module"></script>
                <a class="style" data-on="x" href="/x" {% if a > b %}hidden{% endif %}>{{ x }}</a>
                {{ field(form.on, class="x") }}
            """,
            "templates/faults.html": """\
                <script>alert(1)</script>
                <style>p {}</style>
                <p class="{{ 'a' if x > 2 }}"
                   style="color: red"></p>
                <button onclick="x()"></button>
                <a href="javascript:x()"></a>
                {{ field(form.name, onchange="x()") }}
                {{ field(form.name,
                         style="color: red") }}
            """,
        },
        (
            "templates/faults.html:1: script without src",
            "templates/faults.html:2: <style>",
            "templates/faults.html:3: style attribute",
            "templates/faults.html:5: event handler in an attribute",
            "templates/faults.html:6: javascript: address",
            "templates/faults.html:7: onchange given as an argument",
            "templates/faults.html:9: style given as an argument",
        ),
    ),
    Case(
        check_nothing_is_trusted,
        "safe",
        {
            "templates/a.html": """\
                {{ x }}
                {# |safe #}{{ x |safe }}
                {% autoescape false %}{{ x }}{% endautoescape %}
            """
        },
        ("templates/a.html:2: |safe", "templates/a.html:3: autoescape is changed"),
    ),
    Case(
        check_forms_are_protected,
        "a_bare_form",
        {
            "templates/a.html": """\
                <form method="get"><input name="q"></form>
                <form method="post" action="{{ url_for('x') }}">{{ form_security(form) }}</form>
                <form method="POST"><input value="{{ csrf_token() }}"><input value="{{ nonce() }}"></form>
                <form
                  class="x" method='post'>{# form_security(form) #}</form>
                <form method="{{ method }}"><input value="{{ csrf_token() }}"></form>
                <form method=post>{{ form_security(form) }}</form>
            """,
        },
        (
            "templates/a.html:4: a posting form without protection",
            "templates/a.html:6: a posting form without protection",
        ),
    ),
    Case(
        check_templates_are_used,
        "orphans",
        {
            "crm/partners/views.py": """\
                render_template("partners/show.html")
                render_template(f"errors/{code}.html")
                render_template("partners/gone.html")
                Panel(template="partners/_panel.html")
            """,
            "templates/base.html": '{% import "_macros/forms.html" as forms %}',
            "templates/_macros/forms.html": '{% from "bootstrap5/form.html" import x %}',
            "templates/partners/show.html": '{% extends "base.html" %}{% include "partners/_gone.html" %}',
            "templates/partners/_panel.html": "",
            "templates/errors/404.html": "",
            "templates/partners/alone.html": '{% include "partners/_alone.html" %}',
            "templates/partners/_alone.html": "",
        },
        (
            "crm/partners/views.py:3: partners/gone.html is no template",
            "templates/partners/_alone.html:1: is used nowhere",
            "templates/partners/alone.html:1: is used nowhere",
            "templates/partners/show.html:1: partners/_gone.html is no template",
        ),
    ),
    Case(
        check_texts_are_translatable,
        "texts",
        {
            "templates/clean.html": """\
                {# Du texte #}{% from "_macros/forms.html" import field %}
                <title>{% block title %}{{ _("Partenaires") }}{% endblock %} · Passerelle</title>
                <h{{ level }} class="titre rouge" title="{{ _('Aide') }}" data-size="tout petit">
                  {% trans n=1 %}Un partenaire{% endtrans %} : 12 €
                </h{{ level }}>
                {{ field(form.name, class="grand champ", label=_("Nom d’usage")) }}&nbsp;&times;
                <{{ tag }} class="x y">{{ x }}</{{ tag }}>
            """,
            "templates/faults.html": """\
                <p>
                  Bonjour</p>
                <img alt="Photo" title="" data-confirm="Supprimer cette photo ?">
                {{ icon("x", label="Appeler") }}
                {{ name or "Sans prénom" }}
                <p>{{ _("Nom") }} obligatoire</p>
            """,
            "templates/mail.txt": '{{ _("Bonjour") }}\nÀ demain\n',
        },
        (
            'templates/faults.html:2: "Bonjour" is not translatable',
            'templates/faults.html:3: "Photo" is not translatable',
            'templates/faults.html:3: "Supprimer cette photo ?" is not translatable',
            'templates/faults.html:4: "Appeler" is not translatable',
            'templates/faults.html:5: "Sans prénom" is not translatable',
            'templates/faults.html:6: "obligatoire" is not translatable',
            'templates/mail.txt:2: "À demain" is not translatable',
        ),
    ),
    Case(
        check_french_is_marked,
        "unmarked",
        {
            "crm/partners/services.py": '''\
                """Une phrase de documentation, accentuée."""
                import logging
                log = logging.getLogger(__name__)

                def check(name):
                    """Raises ValueError: accents é are fine here."""
                    log.warning("The row could not be read.")
                    if not name:
                        raise ValueError("The name is empty.")
                    raise DomainError(N_("Le nom est déjà pris."))
            ''',
            "crm/partners/queries.py": 'x = "Accentué"\n',
            "crm/partners/forms.py": """\
                from flask_babel import lazy_gettext as _l
                language = RadioField(_l("Préférée"), choices=["Français"])
                name = StringField("Prénom", description="Rien de plus.")
            """,
            "crm/partners/enums.py": 'label = {"a": N_("Privé"), "b": "Associé"}\n',
            "crm/web/error_pages.py": 'x = f"Erreur n° {code}, à signaler."\n',
        },
        (
            'crm/partners/enums.py:1: "Associé" is not marked',
            'crm/partners/forms.py:3: "Prénom" is not marked',
            'crm/partners/forms.py:3: "Rien de plus." is not marked',
            'crm/web/error_pages.py:1: "Erreur n° {}, à signaler." is not marked',
        ),
    ),
    Case(
        check_scripts_hold_no_text,
        "a_text_in_a_script",
        {
            "crm/static/js/a.js": """\
                // Un été en commentaire, 'entre apostrophes'.
                /* L'été
                   encore. */
                const address = "https://example.test/a"; // une remarque accentuée
                button.textContent = button.dataset.label;
                notice.textContent = 'Enregistré';
                notice.title = `Il reste ${count} lignes.`;
            """,
        },
        (
            'crm/static/js/a.js:6: "Enregistré" cannot be translated',
            'crm/static/js/a.js:7: "Il reste ${count} lignes." cannot be translated',
        ),
    ),
    Case(
        check_marked_texts_are_whole,
        "put_together_first",
        {
            "crm/partners/views.py": """\
                _("Bonjour %(name)s", name=name)
                _(refusal.message) % refusal.values
                _(f"Bonjour {name}")
                N_("Bonjour " + name)
                ngettext("%(num)d ligne", "%(num)d lignes", count)
            """,
        },
        (
            "crm/partners/views.py:3: _(f'Bonjour {name}') is put together before it is translated",
            "crm/partners/views.py:4: N_('Bonjour ' + name) is put together before it is translated",
        ),
    ),
]
