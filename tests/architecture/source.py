"""Reading a source tree: what every law of the house looks at."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

#: The repository. Tests give the laws this tree, or a small planted one.
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """A law broken at one place. `way_out` tells whoever broke it what to do instead."""

    path: str
    line: int
    what: str
    way_out: str = field(compare=False)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}: {self.way_out}"


@dataclass(frozen=True, slots=True)
class Import:
    """One module imported, by its full name; `name` is what is taken from it, '' for the module itself."""

    line: int
    module: str
    name: str = ""

    @property
    def top(self) -> str:
        return self.module.partition(".")[0]

    def is_from(self, *modules: str) -> bool:
        """Whether what is imported is one of these modules or stands in one of them."""
        full = f"{self.module}.{self.name}."
        return any(full.startswith(f"{module}.") for module in modules)


@dataclass(frozen=True, eq=False)
class PythonFile:
    """A parsed file. `path` is relative to the tree; `names` gives the full name of each imported name."""

    root: Path
    path: str
    lines: tuple[str, ...]
    tree: ast.Module
    imports: tuple[Import, ...]
    names: dict[str, str]

    @property
    def stem(self) -> str:
        return Path(self.path).stem

    def origin(self, node: ast.AST) -> str | None:
        """The full dotted name that an expression refers to through the imports; None if unknown."""
        if isinstance(node, ast.Name):
            return self.names.get(node.id)
        if isinstance(node, ast.Attribute) and (base := self.origin(node.value)):
            return f"{base}.{node.attr}"
        return None

    def walk(self) -> Iterator[ast.AST]:
        return ast.walk(self.tree)


def python_files(root: Path, *places: str) -> list[PythonFile]:
    """Every Python file of these files and folders, sorted; a place that is not there holds none."""
    found: list[Path] = []
    for place in places:
        start = root / place
        if start.is_file():
            found.append(start)
        found += sorted(path for path in start.rglob("*.py") if "__pycache__" not in path.parts)
    return [_read(root, path) for path in found]


@cache
def _read(root: Path, path: Path) -> PythonFile:
    text = path.read_text(encoding="utf-8")
    relative = path.relative_to(root).as_posix()
    tree = ast.parse(text, filename=relative)
    imports: list[Import] = []
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                imports.append(Import(node.lineno, alias.name))
                top = alias.name.partition(".")[0]
                names[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom):
            source = _absolute(relative, node)
            for alias in node.names:
                full = f"{source}.{alias.name}"
                is_module = _is_module(root, full)
                imports.append(Import(node.lineno, full) if is_module else Import(node.lineno, source, alias.name))
                names[alias.asname or alias.name] = full
    return PythonFile(root, relative, tuple(text.splitlines()), tree, tuple(imports), names)


def _absolute(path: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = path.split("/")[: -node.level]
    return ".".join([*package, *([node.module] if node.module else [])])


def _is_module(root: Path, dotted: str) -> bool:
    place = root / dotted.replace(".", "/")
    return place.with_suffix(".py").is_file() or place.is_dir()


def functions(file: PythonFile) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a file, inner ones included."""
    for node in file.walk():
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def with_parents(tree: ast.AST) -> Iterator[tuple[ast.AST, tuple[ast.AST, ...]]]:
    """Every node with the nodes it stands in, nearest last."""
    pending: list[tuple[ast.AST, tuple[ast.AST, ...]]] = [(tree, ())]
    while pending:
        node, parents = pending.pop()
        yield node, parents
        pending += [(child, (*parents, node)) for child in ast.iter_child_nodes(node)]


def is_written_as_dynamic(node: ast.AST) -> bool:
    """Whether a text is put together on the spot: f-string with a value, + or %, .format() or .join()."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Add | ast.Mod)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in {"format", "format_map", "join"}
    return False


def text_of(node: ast.AST) -> str | None:
    """The text of a literal, with {} for the values of an f-string; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


_ACCENT = re.compile(r"[àâäæçéèêëîïôœöùûüÿÀÂÄÆÇÉÈÊËÎÏÔŒÖÙÛÜŸ’«»]")
_SENTENCE = re.compile(r"[^\W\d_].* .*[.!?…]\s*$", re.DOTALL)


def looks_french(text: str) -> bool:
    """Whether a text is meant for a reader: French letters, French typography, or a whole sentence."""
    return bool(_ACCENT.search(text) or _SENTENCE.search(text))
