"""The rooms of the house: who may import whom, how files are called, what stands at the top level."""

import ast
import os
import subprocess
import sys
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from tests.architecture.source import Import, PythonFile, Violation, python_files

#: Each domain may know those before it.
DOMAINS = (
    "access",
    "audit",
    "accounts",
    "reminders",
    "partners",
    "interactions",
    "dedupe",
    "conventions",
    "method",
    "employees",
    "immersions",
    "events",
    "imports",
    "reports",
    "privacy",
    "api",
    "home",
)

#: Folders of crm/ that are no domain.
OTHER_FOLDERS = {"web", "static", "translations"}

#: Top-level names of the repository (docs/architecture.md).
TOP_LEVEL = {
    *("crm", "templates", "migrations", "seeds", "tests", "config.py", "pyproject.toml"),
    *(
        "README.md",
        "CHANGELOG.md",
        "LICENSE",
        "SECURITY.md",
        "requirements.lock",
        ".gitignore",
        "docs",
        "bench",
        ".ci",
    ),
}


class Kind(Enum):
    """What a file of a domain may know."""

    DATA = auto()  # SQLAlchemy, never Flask nor WTForms
    SCREEN = auto()  # Flask and WTForms, never SQLAlchemy
    EDGE = auto()  # both: it joins the two
    PURE = auto()  # neither, and no I/O


@dataclass(frozen=True, slots=True)
class Name:
    """A file name that means something. `only` is the one domain where it does, '' for all."""

    kind: Kind
    reason: str
    only: str = ""


#: Every other name in a domain is a telling name, and its file is pure.
IMPURE_NAMES = {
    "models": Name(Kind.DATA, "tables"),
    "queries": Name(Kind.DATA, "reads"),
    "services": Name(Kind.DATA, "writes"),
    "listeners": Name(Kind.DATA, "what a domain does when another one's rows change: it listens to the flush"),
    "store": Name(Kind.EDGE, "keeps the browsers' sessions for Flask", only="accounts"),
    "merge": Name(Kind.DATA, "bulk writes that the architecture names", only="dedupe"),
    "commit": Name(Kind.DATA, "bulk writes that the architecture names", only="imports"),
    "erase": Name(Kind.DATA, "bulk writes that the architecture names", only="privacy"),
    "forms": Name(Kind.SCREEN, "the shape of what is typed"),
    "views": Name(Kind.SCREEN, "requests in, pages out"),
    "cli": Name(Kind.EDGE, "commands open their own transaction"),
    "wiring": Name(Kind.EDGE, "registers what a domain offers to the others, templates and listeners alike"),
    "__init__": Name(Kind.EDGE, "the package itself"),
    "gate": Name(Kind.EDGE, "counts tries in a transaction before that of the request", only="accounts"),
    "guard": Name(Kind.EDGE, "opens the transaction of each request", only="access"),
    "scheduler": Name(Kind.EDGE, "a process of its own: clock, transactions", only="reminders"),
    "delivery": Name(Kind.EDGE, "talks to the mail server between two transactions", only="reminders"),
    "job": Name(Kind.EDGE, "compares and writes a file outside any request", only="imports"),
    "rescan": Name(Kind.EDGE, "compares partners outside any request, batch after batch", only="dedupe"),
    "mail": Name(Kind.EDGE, "renders messages outside any request", only="reminders"),
}

#: Names of a domain that a later one may use, besides its pure files.
SHARED_NAMES = {"models", "queries", "services"}

#: Files that know every domain.
KNOW_EVERYBODY = {
    "crm/__init__.py": "makes the application",
    "crm/assembly.py": "is what crm/__init__.py calls, so that importing the package does nothing",
    "crm/installation.py": "commands that set a whole installation up",
    "crm/cli.py": "collects the commands of each domain",
    "crm/models.py": "lists the tables for the migrations",
}

#: What the frame may import of a domain: the actor is part of each transaction.
FRAME_MAY_IMPORT = {"crm.access.policy"}

#: Files of the frame that a pure file may import. Of the clock, only what reads no clock.
PURE_FRAME = {"crm.errors", "crm.wording", "crm.sentences", "crm.clock"}

#: Names under which the same thing would be found in two places, and the name it has here.
SYNONYMS = {
    **dict.fromkeys(("route", "routes", "view", "controllers", "handlers", "endpoints", "blueprint"), "views.py"),
    **dict.fromkeys(("form",), "forms.py"),
    **dict.fromkeys(("model", "tables", "schema", "orm"), "models.py"),
    **dict.fromkeys(("service", "operations", "actions", "usecases"), "services.py"),
    **dict.fromkeys(("query", "selectors", "repository"), "queries.py"),
    **dict.fromkeys(("commands", "command"), "cli.py"),
    **dict.fromkeys(("constants", "choices", "const"), "enums.py or the file that uses them"),
    **dict.fromkeys(("perms", "permissions", "acl"), "crm/access/policy.py"),
    **dict.fromkeys(("signals", "events_handlers"), "listeners.py"),
    **dict.fromkeys(("notifications",), "nudges.py"),
}

#: Drawers: what they hold is found only by who put it there.
DRAWERS = {"utils", "util", "misc", "common", "tools", "stuff", "lib"}

#: Standard modules that reach outside the program, read the clock or draw at random.
IO_MODULES = {
    *(
        "asyncio",
        "concurrent",
        "ctypes",
        "fileinput",
        "ftplib",
        "getpass",
        "glob",
        "http",
        "imaplib",
        "importlib",
    ),
    *(
        "linecache",
        "locale",
        "logging",
        "multiprocessing",
        "os",
        "pathlib",
        "platform",
        "poplib",
        "random",
        "sched",
    ),
    *(
        "secrets",
        "select",
        "selectors",
        "shelve",
        "shutil",
        "signal",
        "smtplib",
        "socket",
        "socketserver",
        "sqlite3",
    ),
    *("ssl", "subprocess", "sys", "tempfile", "threading", "time", "webbrowser", "xmlrpc", "urllib.request"),
}

#: The same, one by one, in modules that are otherwise harmless.
IMPURE_REFERENCES = {
    *("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today"),
    *("uuid.uuid1", "uuid.uuid4", "io.open", "io.FileIO", "email.utils.make_msgid", "email.utils.localtime"),
    *("numpy.random", "crm.clock.now", "crm.clock.today"),
}
IMPURE_BUILTINS = {"open", "print", "input", "exec", "eval", "__import__", "breakpoint"}
IMPURE_METHODS = {"read_text", "read_bytes", "write_text", "write_bytes"}


def domain_of(path: str) -> str | None:
    """The domain a file belongs to; None for the frame and for what is outside crm/."""
    parts = path.split("/")
    return parts[1] if len(parts) > 2 and parts[0] == "crm" and parts[1] in DOMAINS else None


def meaning_of(path: str) -> str | None:
    """The name of IMPURE_NAMES that a file of a domain bears, or a folder around it; None for a pure file."""
    domain = domain_of(path)
    for part in path.removesuffix(".py").split("/")[2:]:
        name = IMPURE_NAMES.get(part)
        if name and name.only in ("", domain):
            return part
    return None


def kind_of(path: str) -> Kind | None:
    """What a file of a domain may know; None outside the domains."""
    if domain_of(path) is None:
        return None
    meaning = meaning_of(path)
    return IMPURE_NAMES[meaning].kind if meaning else Kind.PURE


def _domain_files(root: Path) -> list[PythonFile]:
    return [file for file in python_files(root, "crm") if domain_of(file.path)]


def _path_of(root: Path, module: str) -> str:
    place = module.replace(".", "/")
    return f"{place}/__init__.py" if (root / place).is_dir() else f"{place}.py"


# --- Law 1: pure files, and what each kind of file may know


def allowed_libraries(root: Path) -> set[str]:
    """rapidfuzz, numpy and the libraries of tests/architecture/pure.txt."""
    listed = root / "tests/architecture/pure.txt"
    lines = listed.read_text(encoding="utf-8").splitlines() if listed.exists() else []
    return {"rapidfuzz", "numpy"} | {name for line in lines if (name := line.partition("#")[0].strip())}


def check_pure_list(root: Path) -> list[Violation]:
    """A library of pure.txt has its reason on the line."""
    path = "tests/architecture/pure.txt"
    lines = (root / path).read_text(encoding="utf-8").splitlines()
    return [
        Violation(path, number, f"{name.strip()} has no reason", "write `name  # reason`")
        for number, line in enumerate(lines, 1)
        for name, _, reason in [line.partition("#")]
        if name.strip() and not reason.strip()
    ]


def check_pure_files(root: Path) -> list[Violation]:
    """A pure file imports what computes, and does no I/O itself."""
    libraries = allowed_libraries(root)
    found = []
    for file in _domain_files(root):
        if kind_of(file.path) is Kind.PURE:
            found += _pure_imports(file, libraries) + _pure_acts(file)
    return sorted(set(found))


def _pure_imports(file: PythonFile, libraries: set[str]) -> list[Violation]:
    found = []
    for line in file.imports:
        if line.top == "crm":
            pure = line.module in PURE_FRAME or kind_of(_path_of(file.root, line.module)) is Kind.PURE
        elif line.top in sys.stdlib_module_names:
            pure = not line.is_from(*IO_MODULES)
        else:
            pure = line.top in libraries
        if not pure:
            way_out = "receive the value as an argument, or move the code to queries.py or services.py"
            found.append(Violation(file.path, line.line, f"a pure file imports {line.module}", way_out))
    return found


def _pure_acts(file: PythonFile) -> list[Violation]:
    found = []
    for node in file.walk():
        act: str | None = None
        if isinstance(node, ast.Attribute | ast.Name) and (origin := file.origin(node)) in IMPURE_REFERENCES:
            act = origin
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            act = node.func.id if node.func.id in IMPURE_BUILTINS and node.func.id not in file.names else None
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            act = f".{node.func.attr}()" if node.func.attr in IMPURE_METHODS else None
        if act and isinstance(node, ast.expr):
            way_out = "receive the value as an argument"
            found.append(Violation(file.path, node.lineno, f"a pure file uses {act}", way_out))
    return found


#: Files of the frame that know Flask. crm.db knows Flask-SQLAlchemy and is for the data files.
WEB_FRAME = ("crm.web", "crm.assembly", "crm.cli", "crm.installation")


def check_data_files(root: Path) -> list[Violation]:
    """Models, queries and services know SQLAlchemy, never Flask, WTForms nor a file that brings them."""
    found = []
    for file in _domain_files(root):
        if kind_of(file.path) is not Kind.DATA:
            continue
        for line in file.imports:
            web = line.top in {"flask", "wtforms"} or line.top.startswith("flask_") or line.is_from(*WEB_FRAME)
            if web or kind_of(_path_of(root, line.module)) in (Kind.SCREEN, Kind.EDGE):
                what = f"{file.stem}.py imports {line.module}"
                way_out = "pass the value in from the view or the command"
                found.append(Violation(file.path, line.line, what, way_out))
    return sorted(set(found))


#: What a session does with SQL; a view may hand the session on, not use it.
SESSION_METHODS = {
    *(
        "execute",
        "scalar",
        "scalars",
        "add",
        "add_all",
        "delete",
        "flush",
        "get",
        "get_one",
        "merge",
        "query",
        "refresh",
    ),
}


def check_screen_files(root: Path) -> list[Violation]:
    """Forms and views never touch SQLAlchemy: neither by import nor through crm.db."""
    found = []
    for file in _domain_files(root):
        if kind_of(file.path) is not Kind.SCREEN:
            continue
        for line in file.imports:
            if line.top in {"sqlalchemy", "flask_sqlalchemy"}:
                found.append(_screen_violation(file, line.line, f"imports {line.module}"))
        for node in file.walk():
            if isinstance(node, ast.Attribute) and (used := _session_use(file, node)):
                found.append(_screen_violation(file, node.lineno, f"uses {used}"))
    return sorted(set(found))


def _screen_violation(file: PythonFile, line: int, what: str) -> Violation:
    return Violation(file.path, line, f"{file.stem}.py {what}", "write it in queries.py or services.py")


def _session_use(file: PythonFile, node: ast.Attribute) -> str | None:
    base = ast.unparse(node.value).removesuffix("()")
    if (file.origin(node) or "").startswith("flask.session"):
        return None
    if node.attr in SESSION_METHODS and base.rpartition(".")[2] == "session":
        return ast.unparse(node)
    if file.origin(node.value) == "crm.db.db" and node.attr in {
        "select",
        "text",
        "func",
        "insert",
        "update",
        "delete",
    }:
        return ast.unparse(node)
    return None


# --- Law 2: who may know whom


def check_order_of_domains(root: Path) -> list[Violation]:
    """A domain knows only those before it, by the files they share; crm/web knows none."""
    found = []
    for file in python_files(root, "crm"):
        if file.path in KNOW_EVERYBODY:
            continue
        for line in file.imports:
            if file.path.startswith("crm/") and line.top == "crm" and (reason := _stranger(file, line)):
                what = f"imports {line.module}: {reason}"
                found.append(Violation(file.path, line.line, what, _ORDER_WAY_OUT))
            if line.top == "importlib" and domain_of(file.path) and line.module != "importlib.resources":
                what = "imports importlib, which hides who knows whom"
                found.append(Violation(file.path, line.line, what, "write a plain import"))
    return sorted(set(found))


_ORDER_WAY_OUT = "let the higher domain register what it offers, or move the code to where both may see it"


def _stranger(file: PythonFile, line: Import) -> str | None:
    """Why this file may not import this module of crm; None when it may."""
    path = _path_of(file.root, line.module)
    theirs = domain_of(path)
    if theirs is None:
        return None
    mine = domain_of(file.path)
    if mine is None:
        if line.module in FRAME_MAY_IMPORT and not file.path.startswith("crm/web/"):
            return None
        return "crm/web knows no domain" if file.path.startswith("crm/web/") else "the frame knows no domain"
    if theirs == mine:
        return None
    if DOMAINS.index(theirs) > DOMAINS.index(mine):
        return f"{mine} comes before {theirs}"
    if line.module == "crm.access.guard" and meaning_of(file.path) in {"views", "wiring"}:
        return None
    shared = meaning_of(path) in {None, *SHARED_NAMES}
    return None if shared else f"private to {theirs}"


def check_commands_file(root: Path) -> list[Violation]:
    """crm/__main__.py runs before anything is installed: standard library only, and so for its neighbours."""
    found: list[Violation] = []
    pending, seen = ["crm/__main__.py"], set()
    while pending:
        path = pending.pop()
        seen.add(path)
        for file in python_files(root, path):
            for line in file.imports:
                neighbour = f"{line.module.replace('.', '/')}.py"
                neighbour = neighbour if neighbour.startswith("crm/") else f"crm/{neighbour}"
                if line.top in sys.stdlib_module_names:
                    continue
                if (root / neighbour).is_file():
                    pending += [neighbour] if neighbour not in seen else []
                    continue
                what = f"imports {line.module} before anything is installed"
                found.append(Violation(path, line.line, what, "use the standard library only"))
    return sorted(set(found))


# --- Laws 9, 10 and 13: names


def check_names(root: Path) -> list[Violation]:
    """No name of crm/ is one of the standard library's; no drawer; one name for one thing in a domain."""
    found = []
    for file in python_files(root, "crm", "seeds", "tests"):
        parts = file.path.removesuffix(".py").split("/")
        for part in parts[1:]:
            if parts[0] == "crm" and part in sys.stdlib_module_names:
                what = f"{part} shadows the standard library"
                found.append(Violation(file.path, 1, what, "choose another name: crm/ comes first on the path"))
            if part in DRAWERS:
                found.append(Violation(file.path, 1, f"{part} is a drawer", "name the file after what it holds"))
        if domain_of(file.path) and file.stem in SYNONYMS:
            what = f"{file.stem}.py has another name in this house"
            found.append(Violation(file.path, 1, what, f"call it {SYNONYMS[file.stem]}"))
        if file.stem != file.stem.lower() or not file.stem.isidentifier():
            found.append(Violation(file.path, 1, f"{file.stem} is not in snake_case", "rename it"))
    return sorted(set(found))


def check_folders(root: Path) -> list[Violation]:
    """A folder of crm/ is a domain of the list or a known other: a new one would escape the laws."""
    folders = [place for place in (root / "crm").iterdir() if place.is_dir() and place.name != "__pycache__"]
    known = {*DOMAINS, *OTHER_FOLDERS}
    return sorted(
        Violation(f"crm/{place.name}", 1, f"{place.name} is not in the order of domains", "give it a place in it")
        for place in folders
        if place.name not in known and any(place.rglob("*"))
    )


def check_top_level(root: Path) -> list[Violation]:
    """Git holds at the top level only what the customer and the architecture fixed."""
    names = {path.partition("/")[0] for path in git(root, "ls-files", "-z").split("\0") if path}
    return [
        Violation(name, 1, "does not belong at the top level", "put it in docs/, .ci/ or the folder that uses it")
        for name in sorted(names - TOP_LEVEL)
    ]


def git(root: Path, *words: str) -> str:
    """What git answers about that tree and no other: a hook's GIT_DIR would name the one being committed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    asked = subprocess.run(  # noqa: S603  a fixed command, no shell
        ["git", "-C", str(root), *words],  # noqa: S607  git is found on the path, wherever it is
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    return asked.stdout
