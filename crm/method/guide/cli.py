"""Loads the guide's words from the file that comes with the application."""

import json

import config
from crm import clock
from crm.access.policy import Actor
from crm.db import transaction
from crm.method.guide import services
from crm.method.guide.original import read

SHIPPED = config.ROOT / "seeds" / "reference" / "method.json"


def load_shipped() -> bool:
    """Write the guide's words when they changed; whether they had. Needs an application context."""
    steps, lines = read(json.loads(SHIPPED.read_text(encoding="utf-8")))
    with transaction(actor=Actor(None, "ligne de commande", None, kind="cli"), now=clock.now()) as session:
        return services.load_original(session, steps, lines, now=session.info["now"])
