"""The commands of a checkout: ``python3 crm demo | setup | test | lint | fix``.

This file makes the environment in which all the others run. It therefore uses the standard library only,
and its French is not translated: no catalogue has been compiled yet when it speaks.
"""

from __future__ import annotations

import sys

if not __package__:
    # Started as `python3 crm`: Python has put crm/ itself first on the path, where a module of ours could
    # hide one of the standard library.
    del sys.path[0]

import hashlib
import importlib.util
import os
import platform
import re
import secrets
import shutil
import socket
import subprocess
import venv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PYTHON_FLOOR = (3, 11)
HOST = "127.0.0.1"
PORTS = range(5000, 5011)

USAGE = """\
Usage : python3 crm <commande>

  demo [--port N] [--no-demo]      installe, prépare et lance la démonstration
  setup [--test]                   installe et prépare, sans lancer (--test : aussi Chromium et PostgreSQL)
  test [arguments de pytest]       installe, puis passe tous les tests (--soak : aussi les très longs)
  lint                             vérifie le style, les types et les gabarits
  fix                              corrige ce qui peut l'être

Les autres commandes : .venv/bin/passerelle --help"""


class Refusal(Exception):
    """The command cannot go on. The message is one French sentence for the person at the keyboard."""

    def __init__(self, message: str, *, code: int = 2) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Checkout:
    """A working copy and the places this file writes to."""

    root: Path

    @property
    def lock(self) -> Path:
        return self.root / "requirements.lock"

    @property
    def pyproject(self) -> Path:
        return self.root / "pyproject.toml"

    @property
    def instance(self) -> Path:
        return self.root / os.environ.get("PASSERELLE_INSTANCE", "instance")

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def stamp(self) -> Path:
        return self.venv / "passerelle-stamp"

    @property
    def python(self) -> str:
        return self.tool("python")

    def tool(self, name: str) -> str:
        """Path of an executable installed in the virtual environment."""
        folder, suffix = ("Scripts", ".exe") if os.name == "nt" else ("bin", "")
        return str(self.venv / folder / f"{name}{suffix}")


def say(text: str) -> None:
    """Tell what is being done; flushed, because another program may write to the same terminal next."""
    print(text, flush=True)


def run(command: Sequence[str], *, cwd: Path, failure: str, env: Mapping[str, str] | None = None) -> None:
    """Run a command silently; its output is shown only when it fails, followed by the sentence `failure`."""
    done = subprocess.run(  # noqa: S603 - fixed commands, no shell
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        print(done.stdout, file=sys.stderr, flush=True)
        raise Refusal(failure, code=1)


def hand_over(command: list[str], *, cwd: Path, env: Mapping[str, str]) -> int:
    """Become another program, so that signals and the exit code are its own (on Windows: wait for it)."""
    os.chdir(cwd)
    if os.name != "nt":
        os.execve(command[0], command, env)  # noqa: S606 - replacing this process is the purpose
    return subprocess.call(command, env=env)  # noqa: S603 - fixed commands, no shell


# --- installation ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Locked:
    """One package of requirements.lock: its lines as they stand, and the packages that asked for it."""

    name: str
    text: str
    asked_by: frozenset[str]


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def parse_lock(text: str) -> list[Locked]:
    """Packages of a lock file written by uv, with the "via" comments that tell why each is there."""
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    packages = []
    for block in blocks:
        name = re.split(r"[=\[ ]", block, maxsplit=1)[0]
        comments = block.replace("# via", "#")  # the word stands before the only name, or alone above several
        parents = re.findall(r"^ +# +([A-Za-z0-9._-]+)", comments, flags=re.MULTILINE)
        packages.append(Locked(normalised(name), block, frozenset(map(normalised, parents))))
    return packages


def needed_by(roots: Iterable[str], packages: Sequence[Locked]) -> list[Locked]:
    """The packages called `roots` and all those they ask for, directly or not."""
    wanted = {normalised(name) for name in roots}
    while True:
        more = {package.name for package in packages if package.asked_by & wanted} - wanted
        if not more:
            return [package for package in packages if package.name in wanted]
        wanted |= more


def run_time_roots(pyproject: Path) -> list[str]:
    """Names of the packages the application itself needs, plus the one that installs it."""
    import tomllib  # not at the top: an older Python must get as far as the sentence that refuses it

    declared = tomllib.loads(pyproject.read_text(encoding="utf-8"))
    requirements = declared["project"]["dependencies"] + declared["build-system"]["requires"]
    return [re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0] for requirement in requirements]


def fingerprint(checkout: Checkout) -> str:
    """What .venv depends on: both declarations, this Python, and the folder (.venv holds its path)."""
    digest = hashlib.sha256()
    for part in (
        checkout.lock.read_bytes(),
        checkout.pyproject.read_bytes(),
        platform.python_version().encode(),
        os.fsencode(checkout.root),
    ):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def installed_scope(checkout: Checkout) -> tuple[str, str]:
    """(fingerprint, "run-time" or "everything") of the last complete installation, else empty strings."""
    try:
        mark, scope = checkout.stamp.read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return "", ""
    return mark, scope


def is_installed(checkout: Checkout, *, everything: bool) -> bool:
    mark, scope = installed_scope(checkout)
    return mark == fingerprint(checkout) and (scope == "everything" or not everything)


def make_venv(checkout: Checkout) -> None:
    """Create .venv, or create it again when it belongs to another Python or was made in another folder."""
    with_pip = shutil.which("uv") is None
    if is_usable(checkout) and (has_pip(checkout) or not with_pip):
        return
    if with_pip and importlib.util.find_spec("ensurepip") is None:
        raise Refusal("Le module venv de Python est incomplet : apt install python3-venv")
    say("Création de .venv…")
    try:
        venv.create(checkout.venv, with_pip=with_pip, clear=True, symlinks=os.name != "nt")
    except (OSError, subprocess.CalledProcessError) as error:
        raise Refusal(f"Impossible de créer {checkout.venv} : {error}", code=1) from error


def is_usable(checkout: Checkout) -> bool:
    """Whether .venv runs this version of Python and is where it was made (its programs hold its path)."""
    probe = [checkout.python, "-c", "import sys; print(*sys.version_info[:2])"]
    try:
        made_here = str(checkout.venv) in (checkout.venv / "pyvenv.cfg").read_text(encoding="utf-8")
        found = subprocess.run(probe, capture_output=True, text=True, check=True).stdout.split()  # noqa: S603 - fixed
    except (OSError, subprocess.CalledProcessError):
        return False
    return made_here and found == [str(number) for number in sys.version_info[:2]]


def has_pip(checkout: Checkout) -> bool:
    """False in an environment made for uv, which brings none."""
    places = ("lib/python*/site-packages/pip", "Lib/site-packages/pip")
    return any(folder for pattern in places for folder in checkout.venv.glob(pattern))


def installer(checkout: Checkout) -> list[str]:
    """The beginning of an installation command: uv when there is one (quicker), else .venv's pip."""
    uv = shutil.which("uv")
    if uv:
        return [uv, "pip", "install", "--quiet", "--python", checkout.python]
    pip = [checkout.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    # Compiling every file of every package takes longer than compiling, at first use, those imported.
    return [*pip, "--no-compile"]


def install(checkout: Checkout, *, everything: bool) -> None:
    """Bring .venv in line with requirements.lock: the run-time part, or the tools of tests and lint as well.

    Nothing is resolved and nothing is fetched that the lock gives no hash for, the build backend included.
    """
    if is_installed(checkout, everything=everything):
        return
    # What once had the test tools keeps them, whichever command finds the environment out of date.
    everything = everything or installed_scope(checkout)[1] == "everything"
    make_venv(checkout)
    checkout.stamp.unlink(missing_ok=True)
    requirements = checkout.lock
    if not everything:
        packages = parse_lock(checkout.lock.read_text(encoding="utf-8"))
        requirements = checkout.venv / "run-time-requirements.txt"
        subset = needed_by(run_time_roots(checkout.pyproject), packages)
        requirements.write_text("".join(package.text for package in subset), encoding="utf-8")
    say(f"Installation des dépendances{' et des outils de test' if everything else ''}…")
    start = installer(checkout)
    failure = "L'installation a échoué : voir les messages ci-dessus."
    for what in (["--require-hashes", "-r", str(requirements)], ["--no-build-isolation", "-e", "."]):
        run([*start, "--no-deps", *what], cwd=checkout.root, failure=failure)
    scope = "everything" if everything else "run-time"
    checkout.stamp.write_text(f"{fingerprint(checkout)} {scope}\n", encoding="ascii")


def ensure_env_file(instance: Path) -> None:
    """Write the settings of a first start, once: an existing file is never touched."""
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = instance / "passerelle.env"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(f"PASSERELLE_ENV=demo\nPASSERELLE_SECRET_KEY={secrets.token_urlsafe(48)}\n")
    say(f"Réglages écrits dans {path}")


def ensure_chromium(checkout: Checkout) -> None:
    """Find Chromium for the browser tests; on a Debian where we are root, install it."""
    probe = [checkout.python, "-m", "tests.chromium"]
    if subprocess.run(probe, cwd=checkout.root, capture_output=True, check=False).returncode == 0:  # noqa: S603 - fixed
        return
    apt = shutil.which("apt-get")
    if apt and os.geteuid() == 0 and "CHROMIUM" not in os.environ:
        say("Installation de Chromium par apt-get…")
        env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        packages = ["chromium", "fonts-liberation"]
        failure = "Chromium n'a pas pu être installé par apt-get."
        run([apt, "update"], cwd=checkout.root, env=env, failure=failure)
        install_them = [apt, "install", "-y", "--no-install-recommends", *packages]
        run(install_them, cwd=checkout.root, env=env, failure=failure)
    demand(checkout, "tests.chromium")


def demand(checkout: Checkout, module: str) -> None:
    """Run a module that looks for a program the tests need; its own sentence says what is missing."""
    probe = [checkout.python, "-m", module]
    done = subprocess.run(probe, cwd=checkout.root, capture_output=True, text=True, check=False)  # noqa: S603 - fixed
    if done.returncode:
        raise Refusal(done.stderr.strip())


def ensure_test_tools(checkout: Checkout) -> None:
    ensure_chromium(checkout)
    demand(checkout, "tests.postgres")


# --- commands --------------------------------------------------------------------------------------------


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        if os.name != "nt":  # there, the option would let two servers share the port
            # Connections of a server just stopped linger for a minute: they do not make the port taken.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def choose_port(given: int | None, candidates: Iterable[int] = PORTS) -> int:
    """The given port, else the first free candidate. Raises Refusal when there is none."""
    if given is not None:
        if not is_free(given):
            raise Refusal(f"Le port {given} de {HOST} est déjà pris ou interdit : choisissez-en un autre.")
        return given
    for port in candidates:
        if is_free(port):
            return port
    raise Refusal(f"Aucun port libre de {PORTS[0]} à {PORTS[-1]} sur {HOST} : donnez-en un avec --port.")


def parse_port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise Refusal(f"--port attend un nombre de 1 à 65535, pas « {text} ».")
    return int(text)


def parse_demo(arguments: Sequence[str]) -> tuple[int | None, list[str]]:
    """(port asked for, options passed on) from what follows ``demo``."""
    port: int | None = None
    options: list[str] = []
    remaining = list(arguments)
    while remaining:
        word = remaining.pop(0)
        name, equals, value = word.partition("=")
        if name == "--port":
            port = parse_port(value if equals else remaining.pop(0) if remaining else "")
        elif word == "--no-demo":
            options = [word]
        else:
            raise Refusal(f"Argument inconnu : {word}\n\n{USAGE}")
    return port, options


def demo(checkout: Checkout, arguments: Sequence[str]) -> int:
    given, options = parse_demo(arguments)
    choose_port(given)  # a taken port is said at once, not after the installation
    install(checkout, everything=False)
    ensure_env_file(checkout.instance)
    command = [checkout.tool("passerelle"), "demo-up", "--port", str(choose_port(given)), *options]
    return hand_over(command, cwd=checkout.root, env=os.environ)


def setup(checkout: Checkout, arguments: Sequence[str]) -> int:
    unknown = [word for word in arguments if word != "--test"]
    if unknown:
        raise Refusal(f"Argument inconnu : {unknown[0]}\n\n{USAGE}")
    install(checkout, everything="--test" in arguments)
    ensure_env_file(checkout.instance)
    if "--test" in arguments:
        ensure_test_tools(checkout)
    say("Préparation des fichiers et de la base…")
    failure = "La préparation a échoué : voir les messages ci-dessus."
    run([checkout.tool("passerelle"), "prepare"], cwd=checkout.root, failure=failure)
    say("Prêt.")
    return 0


def pytest_command(python: str, arguments: Sequence[str]) -> list[str]:
    """pytest on two processes, unless the arguments settle their number or ask for a debugger."""
    wanted = [word for word in arguments if word != "--soak"]
    alone = any(word.startswith(("-n", "--numprocesses", "--pdb", "--trace")) for word in wanted)
    processes = [] if alone else ["-n", "2"]
    markers = ["-m", ""] if "--soak" in arguments else []
    return [python, "-m", "pytest", *processes, *markers, *wanted]


def test(checkout: Checkout, arguments: Sequence[str]) -> int:
    install(checkout, everything=True)
    ensure_test_tools(checkout)
    # The settings of a real installation must not reach the tests, least of all its database.
    env = {name: value for name, value in os.environ.items() if not name.startswith("PASSERELLE_")}
    env["PASSERELLE_ENV"] = "test"
    failure = "Les traductions et les icônes n'ont pas pu être préparées."
    # Not `passerelle prepare`, which would also migrate the database of whoever works in this folder.
    assets = [checkout.python, "-c", "from crm.installation import prepare_assets; prepare_assets()"]
    run(assets, cwd=checkout.root, env=env, failure=failure)
    return hand_over(pytest_command(checkout.python, arguments), cwd=checkout.root, env=env)


def no_arguments(arguments: Sequence[str]) -> None:
    if arguments:
        raise Refusal(f"Argument inconnu : {arguments[0]}\n\n{USAGE}")


def lint(checkout: Checkout, arguments: Sequence[str]) -> int:
    no_arguments(arguments)
    install(checkout, everything=True)
    checks = {
        "ruff check": ["ruff", "check", "."],
        "ruff format": ["ruff", "format", "--check", "."],
        "mypy": ["mypy"],
        "djlint --check": ["djlint", "templates", "--check"],
        "djlint --lint": ["djlint", "templates", "--lint", "--quiet"],
    }
    failed = []
    for name, (tool, *options) in checks.items():
        say(f"— {name}")
        if subprocess.call([checkout.tool(tool), *options], cwd=checkout.root):  # noqa: S603 - fixed commands
            failed.append(name)
    say(f"À corriger : {', '.join(failed)}." if failed else "Rien à corriger.")
    return 1 if failed else 0


def fix(checkout: Checkout, arguments: Sequence[str]) -> int:
    no_arguments(arguments)
    install(checkout, everything=True)
    codes = [
        subprocess.call([checkout.tool(tool), *options], cwd=checkout.root)  # noqa: S603 - fixed commands
        for tool, *options in (["ruff", "check", "--fix", "."], ["ruff", "format", "."])
    ]
    # Its exit code tells whether a file changed, which is no failure here.
    subprocess.call([checkout.tool("djlint"), "templates", "--reformat", "--quiet"], cwd=checkout.root)  # noqa: S603 - fixed
    return max(codes)


COMMANDS: dict[str, Callable[[Checkout, Sequence[str]], int]] = {
    "demo": demo,
    "setup": setup,
    "test": test,
    "lint": lint,
    "fix": fix,
}


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code: 2 for a misuse or a missing program, 1 for a failure."""
    if sys.version_info < PYTHON_FLOOR:
        print(f"Python {PYTHON_FLOOR[0]}.{PYTHON_FLOOR[1]} ou plus récent est nécessaire.", file=sys.stderr)
        return 2
    name, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if name in {"-h", "--help", "help"}:
        say(USAGE)
        return 0
    if name not in COMMANDS:
        print(f"Commande inconnue : {name}\n\n{USAGE}" if name else USAGE, file=sys.stderr)
        return 2
    try:
        return COMMANDS[name](Checkout(Path(__file__).resolve().parents[1]), rest)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return refusal.code
    except KeyboardInterrupt:
        print("\nInterrompu.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
