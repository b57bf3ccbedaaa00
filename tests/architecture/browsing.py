"""How the browser tests wait: a page that is still on its way is neither asserted, looked at nor left."""

import ast
from collections.abc import Iterable
from pathlib import Path

from tests.architecture.source import PythonFile, Violation, python_files

#: What Playwright reads at once, of the page that happens to be there, and what waits instead.
READ_AT_ONCE = {
    "all_inner_texts": "to_have_text([...])",
    "all_text_contents": "to_have_text([...])",
    "content": "to_contain_text(...)",
    "get_attribute": "to_have_attribute(...)",
    "inner_text": "to_have_text(...)",
    "input_value": "to_have_value(...)",
    "is_checked": "to_be_checked()",
    "is_disabled": "to_be_disabled()",
    "is_editable": "to_be_editable()",
    "is_enabled": "to_be_enabled()",
    "is_hidden": "to_be_hidden()",
    "is_visible": "to_be_visible()",
    "text_content": "to_have_text(...)",
    "title": "to_have_title(...)",
}

#: What may lead to another page, and what must not come before that page is there.
_ACTS = {"click", "dblclick", "press", "tap"}
_TOO_EARLY = {"goto", "look", "open", "reload", "sign_in", "sign_in_again"}


def check_browser_tests_wait(root: Path) -> list[Violation]:
    """
    In tests/browser, `assert` holds nothing that is read at once, nobody sleeps, and between an action and what
    depends on it (an assertion, a picture, the database, another address) something waits for what the action shows.
    """
    found: list[Violation] = []
    for file in python_files(root, "tests/browser"):
        found += _read_at_once(file)
        found += _no_waiting(file)
        for node in file.walk():
            if isinstance(node, ast.FunctionDef):
                _Walk(file, found).block(node.body, acted=0)
    return sorted(set(found))


def _read_at_once(file: PythonFile) -> list[Violation]:
    found = []
    for statement in file.walk():
        if not isinstance(statement, ast.Assert):
            continue
        for node in ast.walk(statement.test):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READ_AT_ONCE:
                name = node.func.attr
                way_out = f"write expect(...).{READ_AT_ONCE[name]}, which waits for it"
                found.append(Violation(file.path, node.lineno, f"assert reads .{name}() at once", way_out))
    return found


def _no_waiting(file: PythonFile) -> list[Violation]:
    """Waiting for nothing: the page that is left is already loaded, and no machine is fast enough for a number."""
    way_out = "wait for what the next page shows, or for its address"
    return [
        Violation(file.path, node.lineno, f"{ast.unparse(node)} waits for nothing", way_out)
        for node in file.walk()
        if isinstance(node, ast.Call) and _waits_for_nothing(node)
    ]


def _waits_for_nothing(call: ast.Call) -> bool:
    name = _name(call)
    given = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
    return name in {"wait_for_timeout", "sleep"} or (name == "wait_for_load_state" and given != ["networkidle"])


class _Walk:
    """One function, in the order in which it is run; `acted` is the line of the action not yet waited for, or 0."""

    def __init__(self, file: PythonFile, found: list[Violation]) -> None:
        self.file, self.found = file, found

    def block(self, statements: Iterable[ast.stmt], acted: int) -> int:
        for statement in statements:
            acted = self.statement(statement, acted)
        return acted

    def statement(self, statement: ast.stmt, acted: int) -> int:
        if isinstance(statement, ast.FunctionDef):
            return acted
        if isinstance(statement, ast.With):
            heads = [item.context_expr for item in statement.items]
            waits = any(_waits(head) for head in heads)
            acted = self.simple(heads, acted, statement.lineno)
            acted = self.block(statement.body, acted)
            return 0 if waits else acted
        if isinstance(statement, ast.For | ast.If | ast.While):
            acted = self.simple([getattr(statement, "test", None) or getattr(statement, "iter", None)], acted, 0)
            return max(self.block(statement.body, acted), self.block(statement.orelse, acted))
        return self.simple([statement], acted, statement.lineno)

    def simple(self, nodes: Iterable[ast.AST | None], acted: int, line: int) -> int:
        calls = [node for start in nodes if start for node in ast.walk(start) if isinstance(node, ast.Call)]
        if any(_waits(call) for call in calls):
            acted = 0
        early = next((f".{_name(call)}()" for call in calls if _name(call) in _TOO_EARLY), "")
        names = {node.id for start in nodes if start for node in ast.walk(start) if isinstance(node, ast.Name)}
        early = early or ("the database" if "session" in names else "")
        early = early or ("assert" if any(isinstance(start, ast.Assert) for start in nodes) else "")
        if acted and early:
            way_out = "first expect(...) what the action brings: a text, a heading, an address"
            self.found.append(
                Violation(self.file.path, line, f"{early} right after the action of line {acted}", way_out)
            )
            acted = 0
        if any(_name(call) in _ACTS for call in calls):
            acted = line
        return acted


def _name(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _waits(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = _name(node)
    return (name == "expect" or name.startswith(("expect_", "wait_for"))) and not _waits_for_nothing(node)
