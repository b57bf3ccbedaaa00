"""The templates: nothing inline, every form protected, every file used, every text translatable."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.meta import find_referenced_templates

from tests.architecture.french import MARKS, SAME_IN_ALL_LANGUAGES
from tests.architecture.source import Violation, looks_french, python_files, text_of

#: Templates that may say |safe, with the reason. None does.
SAFE_HERE: dict[str, str] = {}

#: Templates that come with a package.
FOREIGN_TEMPLATES = ("bootstrap/", "bootstrap5/", "bootstrap_base/")

#: Attributes that are read out or shown.
SPOKEN_ATTRIBUTES = {
    "title",
    "alt",
    "placeholder",
    "aria-label",
    "aria-description",
    "aria-roledescription",
    "label",
}

#: Arguments of macros that end as text on the screen.
SPOKEN_ARGUMENTS = {
    "title",
    "alt",
    "placeholder",
    "aria_label",
    "label",
    "help",
    "hint",
    "caption",
    "text",
    "message",
}

_ENVIRONMENT = Environment(  # noqa: S701  it parses, and renders nothing
    extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"]
)
_EVENTS = r"on(?:click|change|submit|load|input|focus|blur|error|toggle|reset|key\w+|mouse\w+|pointer\w+|touch\w+)"


def templates(root: Path) -> dict[str, str]:
    """Source of each template, by its name below templates/."""
    place = root / "templates"
    return {
        path.relative_to(place).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(place.rglob("*"))
        if path.is_file()
    }


@cache
def _parse(source: str) -> nodes.Template | TemplateSyntaxError:
    try:
        return _ENVIRONMENT.parse(source)
    except TemplateSyntaxError as error:
        return error


def _parsed(source: str) -> nodes.Template | None:
    """The tree of a template; None when it does not parse, which check_templates_parse tells."""
    tree = _parse(source)
    return None if isinstance(tree, TemplateSyntaxError) else tree


def check_templates_parse(root: Path) -> list[Violation]:
    """Every template parses, so that the other laws see it."""
    found = []
    for name, source in templates(root).items():
        tree = _parse(source)
        if isinstance(tree, TemplateSyntaxError):
            found.append(_violation(name, tree.lineno, f"does not parse ({tree.message})", "mend it"))
    return found


# --- Nothing inline: the content security policy refuses it


def check_nothing_inline(root: Path) -> list[Violation]:
    """No script without a source, no style, no handler in an attribute, no javascript: address."""
    found = []
    for name, source in templates(root).items():
        page = blank_jinja(source)
        for pattern, what in _INLINE:
            for match in pattern.finditer(page):
                found.append(_violation(name, _line(page, match.start()), what, "use a file of crm/static/ or a class"))
        for match in _INLINE_ARGUMENT.finditer(blank_comments(source)):
            what = f"{match[1]} given as an argument"
            found.append(_violation(name, _line(source, match.start(1)), what, "use a file of crm/static/ or a class"))
    return sorted(set(found))


_INLINE = (
    (re.compile(r"<script(?![^>]*\ssrc\s*=)[^>]*>", re.IGNORECASE), "script without src"),
    (re.compile(r"<style\b", re.IGNORECASE), "<style>"),
    (re.compile(r"<[a-z][^>]*\sstyle\s*=", re.IGNORECASE), "style attribute"),
    (re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE), "event handler in an attribute"),
    (re.compile(r"=\s*[\"']?\s*javascript:", re.IGNORECASE), "javascript: address"),
)
_INLINE_ARGUMENT = re.compile(rf"\{{[{{%][^}}]*?\b(style|{_EVENTS})\s*=\s*[\"']")


def check_nothing_is_trusted(root: Path) -> list[Violation]:
    """No |safe and no autoescape switched off, outside the list of reasons (empty)."""
    found = []
    for name, source in templates(root).items():
        tree = _parsed(source)
        if tree is None or name in SAFE_HERE:
            continue
        for node in tree.find_all(nodes.Filter):
            if node.name == "safe":
                found.append(_violation(name, node.lineno, "|safe", "build it with Markup.format(), which escapes"))
        for modifier in tree.find_all(nodes.ScopedEvalContextModifier):
            found.append(_violation(name, modifier.lineno, "autoescape is changed", "leave it on"))
    return sorted(set(found))


# --- Forms


def check_forms_are_protected(root: Path) -> list[Violation]:
    """Every form that posts holds form_security(), or both the CSRF token and the nonce."""
    found = []
    for name, source in templates(root).items():
        source = blank_comments(source)
        page = blank_jinja(source)
        for match in re.finditer(r"<form\b[^>]*>", page, re.IGNORECASE):
            tag = source[match.start() : match.end()]
            if not re.search(r"method\s*=\s*[\"']?\s*(post|\{)", tag, re.IGNORECASE):
                continue
            end = page.lower().find("</form", match.end())
            body = source[match.end() : end if end >= 0 else len(source)]
            if "form_security(" not in body and not ("csrf_token" in body and "nonce" in body):
                line = _line(page, match.start())
                found.append(
                    _violation(name, line, "a posting form without protection", "add {{ form_security(form) }}")
                )
    return sorted(set(found))


# --- Every template is used


def check_templates_are_used(root: Path) -> list[Violation]:
    """Every template is reached from the Python code, and every template named is there."""
    sources = templates(root)
    found = []
    reached: set[str] = set()
    for path, line, wanted in _named_in_python(root):
        pattern = re.escape(wanted).replace(re.escape("{}"), "[^/]+")
        names = {name for name in sources if re.fullmatch(pattern, name)}
        reached |= names
        if not names and wanted.endswith(".html") and not wanted.startswith(FOREIGN_TEMPLATES):
            found.append(Violation(path, line, f"{wanted} is no template", "write it, or mend the name"))
    pending = sorted(reached)
    while pending:
        name = pending.pop()
        for wanted in _named_in_template(sources[name]):
            if wanted in sources and wanted not in reached:
                reached.add(wanted)
                pending.append(wanted)
            elif wanted not in sources and not wanted.startswith(FOREIGN_TEMPLATES):
                found.append(_violation(name, 1, f"{wanted} is no template", "write it, or mend the name"))
    found += [_violation(name, 1, "is used nowhere", "remove it") for name in sources if name not in reached]
    return sorted(set(found))


def _named_in_python(root: Path) -> Iterator[tuple[str, int, str]]:
    """Texts of crm/ that look like the name of a template; {} stands for the value of an f-string."""
    for file in python_files(root, "crm"):
        for node in file.walk():
            text = text_of(node)
            if text and isinstance(node, ast.expr) and re.fullmatch(r"[\w/{}.-]+\.(html|txt|xml|ics|js|svg|typ)", text):
                yield file.path, node.lineno, text


def _named_in_template(source: str) -> list[str]:
    tree = _parsed(source)
    return [name for name in find_referenced_templates(tree) if name] if tree else []


# --- Every text is translatable


def check_texts_are_translatable(root: Path) -> list[Violation]:
    """A text that a reader sees or hears stands in {{ _("...") }} or {% trans %}."""
    found = []
    for name, source in templates(root).items():
        if name.endswith(".typ"):
            continue  # a page of Typst: its words are data, translated by the view that gives them
        page = blank_jinja(source, translated_too=True)
        for line, text in _texts(page) if name.endswith((".html", ".xml", ".svg")) else enumerate(page.splitlines(), 1):
            if word := _word_in(text):
                found.append(_violation(name, line, f'"{word}" is not translatable', 'write {{ _("...") }}'))
        found += _untranslated_constants(name, source)
    return sorted(set(found))


def _word_in(text: str) -> str | None:
    for known in SAME_IN_ALL_LANGUAGES:
        text = text.replace(known, "")
    return " ".join(text.split())[:40] if re.search(r"[^\W\d_]{2}", text) else None


class _Texts(HTMLParser):
    """Collects texts and spoken attributes, with their lines."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skipped += tag in ("script", "style")
        for key, value in attrs:
            given_to_script = key.startswith("data-") and looks_french(value or "")
            if value and (key in SPOKEN_ATTRIBUTES or given_to_script):
                self.found.append((self.getpos()[0], value))

    def handle_endtag(self, tag: str) -> None:
        self._skipped -= tag in ("script", "style") and self._skipped > 0

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            first = self.getpos()[0]
            self.found += [(first + offset, text) for offset, text in enumerate(data.split("\n"))]


def _texts(page: str) -> list[tuple[int, str]]:
    parser = _Texts()
    parser.feed(page)
    parser.close()
    return parser.found


def _untranslated_constants(name: str, source: str) -> list[Violation]:
    """French texts inside expressions, and literals given to a macro as a label."""
    tree = _parsed(source)
    found: list[Violation] = []
    pending: list[nodes.Node] = [tree] if tree else []
    while pending:
        node = pending.pop()
        if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in MARKS:
            continue
        text = node.value if isinstance(node, nodes.Const) and isinstance(node.value, str) else ""
        if isinstance(node, nodes.Keyword) and node.key in SPOKEN_ARGUMENTS and isinstance(node.value, nodes.Const):
            text = str(node.value.value)
            spoken = isinstance(node.value.value, str) and _word_in(text)
        else:
            spoken = looks_french(text) and _word_in(text)
        if spoken:
            found.append(_violation(name, node.lineno, f'"{text[:40]}" is not translatable', 'write _("...")'))
        pending += node.iter_child_nodes()
    return found


# --- Reading a template as HTML


def blank_comments(source: str) -> str:
    """The source with its Jinja comments replaced by blanks, every other character in its place."""
    return _blank(source, r"\{#.*?#\}")


def blank_jinja(source: str, *, translated_too: bool = False) -> str:
    """The HTML of a template, every character in its place; `translated_too` blanks {% trans %} too."""
    page = blank_comments(source)
    if translated_too:
        page = _blank(page, r"\{%-?\s*trans\b.*?\{%-?\s*endtrans\s*-?%\}")
    page = re.sub(r"(?<=<)\{\{.*?\}\}|(?<=</)\{\{.*?\}\}", lambda tag: "x" * len(tag[0]), page)
    return _blank(_blank(page, r"\{%.*?%\}"), r"\{\{.*?\}\}")


def _blank(source: str, pattern: str) -> str:
    return re.sub(pattern, lambda found: re.sub(r"[^\n]", " ", found[0]), source, flags=re.DOTALL)


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _violation(name: str, line: int, what: str, way_out: str) -> Violation:
    return Violation(f"templates/{name}", line, what, way_out)
