"""How the code behaves: transactions, rights, SQL, clock and chance, addresses, settings, sizes."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.rooms import Kind, domain_of, kind_of
from tests.architecture.source import (
    PythonFile,
    Violation,
    functions,
    is_written_as_dynamic,
    python_files,
    text_of,
)

#: Where a transaction ends. Every other file flushes at most.
COMMIT_HERE = {
    "crm/db.py": "transaction(), the one commit",
    "crm/access/guard.py": "an answer that refuses leaves nothing behind",
    "crm/accounts/store.py": "a browser's session is read before the request's transaction and kept after it",
}

#: Where chance is drawn. Everywhere else a random value comes as an argument.
CHANCE_HERE = {
    "crm/db.py": "public identifiers",
    "crm/__main__.py": "the secret key of a new installation",
    "crm/access/guard.py": "the identifier of a request",
    "crm/accounts/devices/services.py": "the cookie by which a browser is known again",
    "crm/accounts/links/services.py": "the words of the links",
    "crm/accounts/second_factor/services.py": "the key shared with a telephone, and recovery codes",
    "crm/assembly.py": "the nonce of a form",
    "crm/conventions/papers/services.py": "the names of files on disk",
    "crm/interactions/documents/services.py": "the names of files on disk",
    "crm/method/surveys/services.py": "the words of the links that a partner answers by",
    "crm/web/sessions.py": "the token of a session",
}

#: Where the network is reached. Everything else writes to the outbox and lets delivery send.
NETWORK_HERE = {
    "crm/__main__.py": "looks for a free port of this machine",
    "crm/reminders/delivery.py": "hands the outbox to the mail server",
}

#: Routes whose right another file states, for want of knowing the guard.
RIGHT_STATED_ELSEWHERE = {
    "crm/web/health.py": "crm/web imports no domain: crm/assembly.py marks it",
}

#: Where the environment is read. Everywhere else settings come from the application's configuration.
ENVIRONMENT_HERE = {
    "config.py": "settings",
    "crm/__main__.py": "runs before anything is installed",
}

#: Where the clock is read.
CLOCK_HERE = {
    "crm/clock.py": "the only today and now",
    "crm/__main__.py": "runs before anything is installed, and times what it does",
}

MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 60


# --- Law 3: one commit


def check_one_commit(root: Path) -> list[Violation]:
    """commit, rollback and begin are written in the files of COMMIT_HERE only; savepoints are free."""
    found = []
    for file in python_files(root, "crm", "seeds"):
        if file.path in COMMIT_HERE:
            continue
        for node in file.walk():
            ends = isinstance(node, ast.Attribute) and node.attr in {"commit", "rollback", "begin"}
            if isinstance(node, ast.Attribute) and ends and not (file.origin(node) or "").startswith("crm."):
                what = f"{ast.unparse(node)} outside crm/db.py"
                way_out = "flush; whoever called opens the transaction"
                found.append(Violation(file.path, node.lineno, what, way_out))
    return sorted(set(found))


def check_transactions_are_opened_outside(root: Path) -> list[Violation]:
    """Pure files, models, queries, services, forms and views run inside a transaction, and open none."""
    found = []
    for file in python_files(root, "crm"):
        if kind_of(file.path) in (None, Kind.EDGE):
            continue
        for node in file.walk():
            if isinstance(node, ast.Attribute | ast.Name) and file.origin(node) in _TRANSACTIONS:
                what = f"{file.stem}.py opens a transaction"
                found.append(
                    Violation(file.path, node.lineno, what, "the guard, the command or the scheduler opens it")
                )
    return sorted(set(found))


_TRANSACTIONS = {"crm.db.transaction", "crm.db.db.transaction"}


def check_no_create_all(root: Path) -> list[Violation]:
    """Tables come from the migrations, in tests too: otherwise these are never run."""
    return sorted(
        Violation(file.path, node.lineno, "create_all", "run the migrations")
        for file in python_files(root, "crm", "tests", "seeds", "migrations", "config.py")
        for node in file.walk()
        if isinstance(node, ast.Attribute) and node.attr == "create_all"
    )


# --- Laws 4 and 8: routes

_ROUTE_METHODS = {"route", "get", "post", "put", "patch", "delete"}


def check_views_state_their_right(root: Path) -> list[Violation]:
    """A function given to a route has @needs(...) under it, so that what is registered carries the right."""
    found = []
    for file in python_files(root, "crm"):
        if file.path in RIGHT_STATED_ELSEWHERE:
            continue
        for function in functions(file):
            names = [_decorator_name(decorator) for decorator in function.decorator_list]
            routes = [place for place, name in enumerate(names) if name == "route"]
            if not routes:
                continue
            where = (file.path, function.lineno)
            if "needs" not in names:
                found.append(
                    Violation(*where, f"{function.name} states no right", "add @needs(Permission...) under it")
                )
            elif names.index("needs") < max(routes):
                found.append(Violation(*where, f"@needs of {function.name} is above its route", "put it below"))
        found += _silent_url_rules(file)
    return sorted(set(found))


def _decorator_name(decorator: ast.expr) -> str:
    if not isinstance(decorator, ast.Call):
        return ""
    if isinstance(decorator.func, ast.Attribute) and decorator.func.attr in _ROUTE_METHODS:
        return "route"
    name = decorator.func.attr if isinstance(decorator.func, ast.Attribute) else getattr(decorator.func, "id", "")
    return "needs" if name == "needs" and decorator.args else ""


def _silent_url_rules(file: PythonFile) -> Iterator[Violation]:
    for node in file.walk():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "add_url_rule":
            view = next((keyword.value for keyword in node.keywords if keyword.arg == "view_func"), None)
            stated = (
                isinstance(view, ast.Call) and isinstance(view.func, ast.Call) and _decorator_name(view.func) == "needs"
            )
            if not stated:
                what = "add_url_rule with a view that states no right"
                yield Violation(file.path, node.lineno, what, "write view_func=needs(...)(view)")


def check_addresses(root: Path) -> list[Violation]:
    """Addresses hold public ids, never row numbers, and are plain: lower case, no accent, no underscore."""
    found = []
    for file in python_files(root, "crm"):
        for line, address in _addresses(file):
            for converter in re.findall(r"<\s*(int|float)\b", address):
                what = f"<{converter}:> in {address}"
                found.append(
                    Violation(file.path, line, what, "use the public id: rows can neither be counted nor guessed")
                )
            if not re.fullmatch(r"[a-z0-9/.-]*", re.sub(r"<[^>]*>", "", address)):
                found.append(Violation(file.path, line, f"{address} is not plain", "lower case, no accent, hyphens"))
    return sorted(set(found))


def _addresses(file: PythonFile) -> Iterator[tuple[int, str]]:
    for function in functions(file):
        for decorator in function.decorator_list:
            if isinstance(decorator, ast.Call) and _decorator_name(decorator) == "route" and decorator.args:
                yield decorator.lineno, text_of(decorator.args[0]) or ""
    for node in file.walk():
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute) and node.func.attr == "add_url_rule" and node.args:
            yield node.lineno, text_of(node.args[0]) or ""
        for keyword in node.keywords:
            if keyword.arg == "url_prefix" and (prefix := text_of(keyword.value)):
                yield node.lineno, prefix


# --- Law 5: no SQL put together from strings

_SQL_FUNCTIONS = {"text", "literal_column", "DDL"}
_SQL_METHODS = {"execute", "executemany", "executescript", "exec_driver_sql"}
#: A connection's settings cannot be bound parameters; what is put there never comes from outside.
_SETTINGS = re.compile(r"(PRAGMA|SHOW) ")


def check_no_built_sql(root: Path) -> list[Violation]:
    """What text(), DDL(), literal_column() and a cursor receive is written whole; values are bound."""
    found = []
    for file in python_files(root, "crm", "seeds"):
        built = _built_texts(file)
        for node in file.walk():
            if not isinstance(node, ast.Call) or not _takes_sql(file, node):
                continue
            given = next(iter([*node.args, *(key.value for key in node.keywords if key.arg == "text")]), None)
            dynamic = is_written_as_dynamic(given) if given else False
            if isinstance(given, ast.Name):
                dynamic = given.id in built
            if given and dynamic and not _SETTINGS.match(text_of(given) or ""):
                what = f"SQL built from strings: {ast.unparse(node)[:60]}"
                found.append(Violation(file.path, node.lineno, what, "write it whole and bind the values"))
    return sorted(set(found))


def _takes_sql(file: PythonFile, node: ast.Call) -> bool:
    if isinstance(node.func, ast.Attribute) and node.func.attr in _SQL_METHODS:
        return True
    top, _, name = (file.origin(node.func) or "").rpartition(".")
    return name in _SQL_FUNCTIONS and top.startswith(("sqlalchemy", "crm.db.db", "alembic"))


def _built_texts(file: PythonFile) -> set[str]:
    """Names bound in this file to a text put together on the spot."""
    built = set()
    for node in file.walk():
        if isinstance(node, ast.Assign) and is_written_as_dynamic(node.value):
            built |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AugAssign | ast.AnnAssign) and isinstance(node.target, ast.Name):
            added = isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add) and text_of(node.value) is not None
            if added or (isinstance(node, ast.AnnAssign) and node.value and is_written_as_dynamic(node.value)):
                built.add(node.target.id)
    return built


# --- Law 6: clock, chance, environment

_CLOCK = {
    *("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today"),
    *("time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime", "time.strftime"),
}
_CHANCE = {"uuid.uuid1", "uuid.uuid4", "os.urandom", "numpy.random"}
_ENVIRONMENT = {"os.environ", "os.getenv", "os.putenv", "os.environb"}
_OUR_CLOCK = {"crm.clock.now", "crm.clock.today"}


def check_clock(root: Path) -> list[Violation]:
    """The clock is read in crm/clock.py; and what runs deep inside receives the instant."""
    found = []
    for file in python_files(root, "crm", "seeds", "config.py"):
        deep = kind_of(file.path) in (Kind.PURE, Kind.DATA)
        for line, origin in _references(file):
            if origin in _CLOCK and file.path not in CLOCK_HERE:
                found.append(Violation(file.path, line, f"{origin} outside crm/clock.py", "use crm.clock, at the door"))
            if origin in _OUR_CLOCK and deep:
                what = f"{origin} read deep inside"
                found.append(
                    Violation(file.path, line, what, "receive it as an argument, or take it from session.info")
                )
    return sorted(set(found))


def check_chance(root: Path) -> list[Violation]:
    """Random values are drawn in the few files that say why."""
    found = []
    for file in python_files(root, "crm", "seeds", "config.py"):
        if file.path in CHANCE_HERE:
            continue
        drawn = [(line.line, line.module) for line in file.imports if line.is_from("secrets", "random", "numpy.random")]
        drawn += [(line, origin) for line, origin in _references(file) if origin in _CHANCE]
        found += [
            Violation(
                file.path,
                line,
                f"draws from {origin}",
                "receive the value, or list the file in CHANCE_HERE with its reason",
            )
            for line, origin in drawn
        ]
    return sorted(set(found))


_NETWORK = (
    *("smtplib", "socket", "ftplib", "imaplib", "poplib", "http.client", "urllib.request", "xmlrpc"),
    *("requests", "httpx", "urllib3", "aiohttp"),
)


def check_network(root: Path) -> list[Violation]:
    """Mail leaves from the outbox, and nothing else leaves at all."""
    return sorted(
        Violation(file.path, line.line, f"imports {line.module}", "write to the outbox; delivery sends")
        for file in python_files(root, "crm", "seeds", "config.py")
        if file.path not in NETWORK_HERE
        for line in file.imports
        if line.is_from(*_NETWORK)
    )


def check_environment(root: Path) -> list[Violation]:
    """The environment is read once, by config.py."""
    return sorted(
        Violation(file.path, line, f"{origin} outside config.py", "make it a setting")
        for file in python_files(root, "crm", "seeds", "migrations")
        if file.path not in ENVIRONMENT_HERE
        for line, origin in _references(file)
        if origin in _ENVIRONMENT
    )


def _references(file: PythonFile) -> Iterator[tuple[int, str]]:
    """Every use of an imported name, with the full name of what is used."""
    for node in file.walk():
        if isinstance(node, ast.Attribute | ast.Name) and (origin := file.origin(node)):
            yield node.lineno, origin


# --- Law 9: sizes

_LONG = re.compile(r"(#|//|/\*|<!--|\{#)\s*long:\s*\w+")


def check_sizes(root: Path) -> list[Violation]:
    """No file over 500 lines, no function over 60, unless a comment `long: reason` says why."""
    found = []
    for file in python_files(root, "crm", "tests", "seeds", "migrations", "config.py"):
        if file.path.startswith("migrations/versions/"):
            continue
        found += _too_long(file.path, file.lines)
        for function in functions(file):
            length = (function.end_lineno or function.lineno) - function.lineno + 1
            header = (
                file.lines[function.lineno - 1 : function.body[0].lineno - 1] or file.lines[function.lineno - 1 :][:1]
            )
            if length > MAX_FUNCTION_LINES and not any(_LONG.search(line) for line in header):
                what = f"{function.name} has {length} lines"
                found.append(
                    Violation(
                        file.path,
                        function.lineno,
                        what,
                        f"cut it at {MAX_FUNCTION_LINES}, or `# long: reason`",
                    )
                )
    for place, pattern in (("templates", "*.html"), ("crm/static", "*.js"), ("crm/static", "*.css")):
        for path in sorted((root / place).rglob(pattern)):
            if "generated" not in path.parts:  # made from a package, not written here
                lines = path.read_text(encoding="utf-8").splitlines()
                found += _too_long(path.relative_to(root).as_posix(), lines)
    return sorted(set(found))


def _too_long(path: str, lines: list[str] | tuple[str, ...]) -> list[Violation]:
    if len(lines) <= MAX_FILE_LINES or any(_LONG.search(line) for line in lines[:5]):
        return []
    return [Violation(path, 1, f"{len(lines)} lines", f"cut it at {MAX_FILE_LINES}, or `# long: reason` at its head")]


# --- Law 12: settings are documented

_SETTING = re.compile(r"\bPASSERELLE_[A-Z0-9_]+\b")


def check_settings_are_documented(root: Path) -> list[Violation]:
    """Every PASSERELLE_ setting read by config.py is in docs/deployment.md, and nothing else is."""
    guide = root / "docs/deployment.md"
    documented = _settings_of(guide.read_text(encoding="utf-8")) if guide.exists() else {}
    read: dict[str, tuple[str, int]] = {}
    for file in python_files(root, "config.py", "crm"):
        for name, line in _settings_of("\n".join(file.lines)).items():
            read.setdefault(name, (file.path, line))
    found = [
        Violation(path, line, f"{name} is not in docs/deployment.md", "say there what it is for")
        for name, (path, line) in read.items()
        if name not in documented
    ]
    found += [
        Violation("docs/deployment.md", line, f"{name} is read nowhere", "remove it, or read it in config.py")
        for name, line in documented.items()
        if name not in read
    ]
    return sorted(found)


def _settings_of(text: str) -> dict[str, int]:
    settings: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        for name in _SETTING.findall(line):
            settings.setdefault(name, number)
    return settings


def check_no_built_markup(root: Path) -> list[Violation]:
    """Markup() takes a literal; values enter it by .format(), which escapes them."""
    found = []
    for file in python_files(root, "crm"):
        for node in file.walk():
            trusts = isinstance(node, ast.Call) and (file.origin(node.func) or "").endswith(".Markup")
            if isinstance(node, ast.Call) and trusts and node.args and not isinstance(node.args[0], ast.Constant):
                what = f"{ast.unparse(node)[:60]} is trusted as HTML"
                found.append(Violation(file.path, node.lineno, what, 'write Markup("...").format(value)'))
    return sorted(set(found))


def routes_seen(root: Path) -> int:
    """How many routes the laws see: none would mean that they look in the wrong place."""
    return sum(1 for file in python_files(root, "crm") if domain_of(file.path) for _ in _addresses(file))
