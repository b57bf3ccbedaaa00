"""Commands of the application as processes of their own, on the database of a test."""

import os
import subprocess
import sys
from pathlib import Path

from config import ROOT
from crm.web.application import Application

START = "from crm.cli import main; main()"


def start(app: Application, folder: Path, *command: str, before: str = "") -> "subprocess.Popen[str]":
    """
    `passerelle <command>` on the application's database and mail server. Its errors go to its output.

    `before` is code that runs first, for what no setting changes.
    """
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PASSERELLE_")} | {
        "PASSERELLE_ENV": "test",
        "PASSERELLE_INSTANCE": str(folder),
        "PASSERELLE_SECRET_KEY": "k" * 40,
        "PASSERELLE_DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "PASSERELLE_SMTP_URL": app.config["SMTP_URL"],
        "PYTHONWARNINGS": "error",
        "PYTHONUNBUFFERED": "1",
    }
    return subprocess.Popen(  # noqa: S603  this very interpreter, no shell
        [sys.executable, "-c", f"{before}\n{START}", *command],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finish(process: "subprocess.Popen[str]", *, seconds: int = 60) -> str:
    """What the process said, once it ended well."""
    output, _ = process.communicate(timeout=seconds)
    assert process.returncode == 0, output
    return output
