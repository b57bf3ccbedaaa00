"""
Settings, one class per environment, read from the environment.

`instance/passerelle.env` (KEY=value lines, written by `python3 crm setup`) is read first; the real environment wins.
Without PASSERELLE_ENV the application believes itself in production, and refuses to start without its secrets.
Every variable is described in docs/deployment.md.
"""

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
MINIMUM_SECRET = 32  # characters


class ConfigurationError(RuntimeError):
    """A setting is missing or unsafe; the sentence says which and how to mend it."""


def environment() -> dict[str, str]:
    """The variables of the process, completed by the file of the instance folder."""
    known = {key: value for key, value in os.environ.items() if key.startswith("PASSERELLE_")}
    file = Path(known.get("PASSERELLE_INSTANCE", ROOT / "instance")) / "passerelle.env"
    if not file.is_file():
        return known
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {key.strip(): value.strip() for key, _, value in pairs} | known


def _count(known: Mapping[str, str], name: str) -> int:
    text = known.get(name, "0")
    if not (text.isascii() and text.isdigit() and len(text) < 3):
        raise ConfigurationError(f"{name}={text} : écrire un nombre de mandataires, 0 s'il n'y en a pas.")
    return int(text)


class Configuration:
    """What every environment has. Instances go to `app.config.from_object`."""

    NAME = "production"
    TESTING = False
    #: Whether directors and administrators must set the second factor up before anything else.
    TOTP_MANDATORY = True
    DEBUG = False
    DURABLE_DATABASE = True

    # Limits of a request (bytes, parts): beyond them 413.
    MAX_CONTENT_LENGTH = 11 * 1024 * 1024
    MAX_FORM_MEMORY_SIZE = 500_000
    MAX_FORM_PARTS = 1_000

    #: Whether what takes long of an import is done beside the requests; in tests, before the answer.
    IMPORTS_IN_THREAD = True

    SESSION_IDLE = timedelta(minutes=30)
    SESSION_ABSOLUTE = timedelta(hours=12)
    SESSION_TOUCH = timedelta(minutes=1)

    BABEL_DEFAULT_LOCALE = "fr"
    BABEL_DEFAULT_TIMEZONE = "Europe/Paris"
    BABEL_TRANSLATION_DIRECTORIES = str(ROOT / "crm" / "translations")
    LANGUAGES = ("fr", "en")

    WTF_CSRF_CHECK_DEFAULT = False  # the guard asks, after it knows who is there
    WTF_CSRF_TIME_LIMIT = None  # a token lives as long as its session
    # Pages opened by a link send no Referer, so none can be asked for; the cookie that holds the token is __Host-,
    # which no other site or subdomain can set.
    WTF_CSRF_SSL_STRICT = False
    BOOTSTRAP_SERVE_LOCAL = True
    SEND_FILE_MAX_AGE_DEFAULT = timedelta(hours=1)

    def __init__(self, known: Mapping[str, str]) -> None:
        self.INSTANCE = Path(known.get("PASSERELLE_INSTANCE", ROOT / "instance")).resolve()
        self.SQLALCHEMY_DATABASE_URI = known.get(
            "PASSERELLE_DATABASE_URL", f"sqlite:///{self.INSTANCE / 'passerelle.sqlite'}"
        )
        self.SECRET_KEY = known.get("PASSERELLE_SECRET_KEY", "")
        self.PUBLIC_URL = known.get("PASSERELLE_PUBLIC_URL", "http://127.0.0.1:5000").rstrip("/")
        self.SMTP_URL = known.get("PASSERELLE_SMTP_URL", "")
        self.MAIL_FROM = known.get("PASSERELLE_MAIL_FROM", "passerelle@localhost")
        self.TRUSTED_PROXIES = _count(known, "PASSERELLE_TRUSTED_PROXIES")
        # Another Host header is refused: no address of ours is ever built from what a visitor says.
        self.TRUSTED_HOSTS = [urlsplit(self.PUBLIC_URL).hostname or "", "127.0.0.1", "localhost"]
        self.SECURE = urlsplit(self.PUBLIC_URL).scheme == "https"
        self.SESSION_COOKIE_NAME = "__Host-passerelle" if self.SECURE else "passerelle"
        self.SESSION_COOKIE_SECURE = self.SECURE
        self.SESSION_COOKIE_HTTPONLY = True
        self.SESSION_COOKIE_SAMESITE = "Lax"
        self.check()

    def check(self) -> None:
        """Raise ConfigurationError when this environment may not run with these settings."""


class Production(Configuration):
    """Refuses to start unless its secrets and its public address are set."""

    def check(self) -> None:
        """Raise ConfigurationError naming the first missing or unsafe setting."""
        if len(self.SECRET_KEY) < MINIMUM_SECRET:
            raise ConfigurationError(
                f"PASSERELLE_SECRET_KEY manque ou compte moins de {MINIMUM_SECRET} caractères : "
                'en produire une avec python3 -c "import secrets; print(secrets.token_urlsafe(48))".'
            )
        if not self.SECURE:
            raise ConfigurationError("PASSERELLE_PUBLIC_URL doit être l'adresse publique en https:// de l'application.")
        if os.environ.get("FLASK_DEBUG", "0") not in {"", "0"}:
            raise ConfigurationError("FLASK_DEBUG est actif : il montrerait le code et les données. Le retirer.")


class Demo(Configuration):
    """A newcomer's machine: loopback, plain http, invented data."""

    NAME = "demo"
    TOTP_MANDATORY = False  # the password is printed on the screen

    def check(self) -> None:
        """Raise ConfigurationError without a secret, or when the address is not this machine's own."""
        if len(self.SECRET_KEY) < MINIMUM_SECRET:
            raise ConfigurationError("PASSERELLE_SECRET_KEY manque : lancer python3 crm setup.")
        if urlsplit(self.PUBLIC_URL).hostname not in {"127.0.0.1", "localhost", "::1"}:
            raise ConfigurationError(
                "La démonstration a des mots de passe connus : elle ne s'ouvre que sur 127.0.0.1. "
                "Pour une vraie adresse, PASSERELLE_ENV=production."
            )


class ForTests(Configuration):
    """The tests: a throw-away database whose server need not survive a power cut."""

    NAME = "test"
    IMPORTS_IN_THREAD = False
    TESTING = True
    TOTP_MANDATORY = False  # the tests of the second factor ask for it
    DURABLE_DATABASE = False


ENVIRONMENTS: dict[str, type[Configuration]] = {"production": Production, "demo": Demo, "test": ForTests}


def load() -> Configuration:
    """
    The configuration of this process.

    Raises ConfigurationError when the environment is unknown or its settings are unsafe.
    """
    known = environment()
    name = known.get("PASSERELLE_ENV", "production")
    if name not in ENVIRONMENTS:
        raise ConfigurationError(f"PASSERELLE_ENV={name} est inconnu : choisir parmi {', '.join(ENVIRONMENTS)}.")
    return ENVIRONMENTS[name](known)
