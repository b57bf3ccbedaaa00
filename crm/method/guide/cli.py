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
    """
    Write the guide's words when they changed; whether they had. Needs an application context.

    When nothing changed it only reads, and nobody waits for a writer.
    """
    steps, lines = read(json.loads(SHIPPED.read_text(encoding="utf-8")))
    actor = Actor(None, "ligne de commande", None, kind="cli")
    with transaction(actor=actor, now=clock.now(), writes=False) as session:
        news = services.is_news(session, steps, lines)
    if news:
        with transaction(actor=actor, now=clock.now()) as session:
            services.load_original(session, steps, lines, now=session.info["now"])
    return news
