"""
French texts of the Python and JavaScript files can be translated.

What is looked for, and what escapes: in the files that speak to the user, a literal with French letters or
typography, or a sentence with its full stop, stands inside one of the marking calls. A bare word without an
accent ("Partenaire") is not told from an identifier; the screens read in English show those.
"""

import ast
import builtins
import re
from pathlib import Path

from tests.architecture.rooms import domain_of
from tests.architecture.source import (
    PythonFile,
    Violation,
    is_written_as_dynamic,
    looks_french,
    python_files,
    text_of,
    with_parents,
)

#: Calls that mark a text for extraction, or translate it.
MARKS = {
    "_",
    "N_",
    "gettext",
    "ngettext",
    "pgettext",
    "npgettext",
    "lazy_gettext",
    "lazy_ngettext",
    "lazy_pgettext",
}

#: Words that are the same in every language of the application.
SAME_IN_ALL_LANGUAGES = ("Passerelle", "Français", "English", "SIRET", "SIREN")

#: Files of a domain that speak to the user; those of crm/web all do.
SPEAKING = {"forms", "views", "services", "enums", "wiring", "nudges", "guard"}

#: Files whose French is data and not wording, with the reason.
FRENCH_DATA: dict[str, str] = {}

_LOG_METHODS = {"debug", "info", "warning", "error", "exception", "critical", "log"}


def check_french_is_marked(root: Path) -> list[Violation]:
    """A French text of a file that speaks to the user is marked for translation."""
    found = []
    for file in _speaking_files(root):
        for node, parents in with_parents(file.tree):
            text = text_of(node)
            if text is None or not looks_french(text) or text in SAME_IN_ALL_LANGUAGES or _is_not_shown(parents):
                continue
            if any(isinstance(parent, ast.JoinedStr) for parent in parents):
                continue  # a piece of an f-string, seen whole already
            if not any(isinstance(parent, ast.Call) and _marks(file, parent) for parent in parents):
                what = f'"{" ".join(text.split())[:50]}" is not marked'
                found.append(Violation(file.path, getattr(node, "lineno", 1), what, "wrap it in _() or N_()"))
    return sorted(set(found))


def check_marked_texts_are_whole(root: Path) -> list[Violation]:
    """What is marked is a plain literal: an f-string or a sum of pieces is never found in the catalogue."""
    found = []
    for file in python_files(root, "crm", "config.py"):
        for node in file.walk():
            if isinstance(node, ast.Call) and _marks(file, node):
                for given in node.args:
                    if is_written_as_dynamic(given):
                        what = f"{ast.unparse(node)[:60]} is put together before it is translated"
                        way_out = "translate one literal with %(name)s placeholders, then fill it"
                        found.append(Violation(file.path, node.lineno, what, way_out))
    return sorted(set(found))


def _speaking_files(root: Path) -> list[PythonFile]:
    return [
        file
        for file in python_files(root, "crm")
        if file.path not in FRENCH_DATA
        and ((domain_of(file.path) and file.stem in SPEAKING) or file.path.startswith("crm/web/"))
    ]


def _is_not_shown(parents: tuple[ast.AST, ...]) -> bool:
    """Docstrings, logs and errors meant for programmers are in English and stay so."""
    if isinstance(parents[-1], ast.Expr):
        return True
    return any(isinstance(parent, ast.Call) and _is_for_programmers(parent) for parent in parents)


def _is_for_programmers(call: ast.Call) -> bool:
    name = _name(call)
    if isinstance(call.func, ast.Name):
        known = getattr(builtins, name, None)
        return isinstance(known, type) and issubclass(known, BaseException)
    if isinstance(call.func, ast.Attribute) and name in _LOG_METHODS:
        return ast.unparse(call.func.value).lower().endswith(("log", "logger", "logging"))
    return False


_SCRIPT_COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'`])//[^\n]*", re.DOTALL)
_SCRIPT_TEXT = re.compile(r"\"([^\"\n]*)\"|'([^'\n]*)'|`([^`]*)`")


def check_scripts_hold_no_text(root: Path) -> list[Violation]:
    """A script shows what the page gave it: it has no catalogue."""
    found = []
    for path in sorted((root / "crm/static").rglob("*.js")):
        source = path.read_text(encoding="utf-8")
        code = _SCRIPT_COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment[0]), source)
        for match in _SCRIPT_TEXT.finditer(code):
            text = next(group for group in match.groups() if group is not None)
            if looks_french(text):
                what = f'"{text[:50]}" cannot be translated'
                line = code.count("\n", 0, match.start()) + 1
                where = path.relative_to(root).as_posix()
                found.append(Violation(where, line, what, 'write it in the page: data-...="{{ _("...") }}"'))
    return sorted(set(found))


def _marks(file: PythonFile, call: ast.Call) -> bool:
    """Whether a call marks its text, under whatever name it was imported."""
    return _name(call) in MARKS or (file.origin(call.func) or "").rpartition(".")[2] in MARKS


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
