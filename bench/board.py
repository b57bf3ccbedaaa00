"""
What the board of the seven steps costs with 1,000 cards, beside bare.py: `.venv/bin/python bench/board.py`.

The data and the way of measuring of run.py. Every partnership has a follow, exchanges and, two times out of three,
something to do; half of those beyond step 4 have dated lines on their roadmap.
"""

import os
import tempfile
import time
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

from run import BARE, REQUESTS, ROOT, ROUNDS, ask, prepare, serve, spent, told

CARDS, PROJECTS = 1_000, 40


def put_cards() -> None:
    """A thousand partnerships in forty projects, and the forty projects in steps 1 to 4."""
    from sqlalchemy import select

    from crm import clock, create_app
    from crm.access.policy import Actor
    from crm.accounts.models import Membership
    from crm.db import transaction
    from crm.method.models import Initiative, Partnership
    from crm.method.partnerships.models import RoadmapItem
    from crm.partners.models import Partner
    from crm.reminders.models import Todo

    now, app = clock.now(), create_app()
    today = clock.day_of(now)
    with app.app_context(), transaction(actor=Actor(None, "bench", None, kind="cli"), now=now) as session:
        place = session.scalars(select(Membership)).first()
        if place is None:
            raise SystemExit("nobody was seeded")
        mine = {"structure_id": place.structure_id, "created_at": now}
        projects = [
            Initiative(title=f"Projet {n}", step=1 + n % 4, step_since=now - timedelta(days=n), **mine)
            for n in range(PROJECTS)
        ]
        session.add_all(projects)
        session.flush()
        partners = list(session.scalars(select(Partner.id).order_by(Partner.id).limit(CARDS)))
        cards = [
            Partnership(
                initiative_id=projects[n % PROJECTS].id,
                partner_id=key,
                owner_id=place.user_id if n % 2 else None,
                step=4 + n % 4,
                step_since=now - timedelta(days=n % 300),
                entered_at=now - timedelta(days=n % 300),
                **mine,
            )
            for n, key in enumerate(partners)
        ]
        session.add_all(cards)
        session.flush()
        session.add_all(
            Todo(partner_id=key, what="Relancer", due_on=today + timedelta(n % 40), assignee_id=place.user_id, **mine)
            for n, key in enumerate(partners)
            if n % 3
        )
        session.add_all(
            RoadmapItem(
                partnership_id=one.id, what="Visiter l'atelier", due_on=today + timedelta(n % 60), created_at=now
            )
            for n, one in enumerate(cards)
            if one.step > 4 and n % 2
        )


def main() -> None:
    """Interleaved rounds; medians of wall time and of CPU, and how many times the bare page."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ |= {"PASSERELLE_ENV": "test", "PASSERELLE_INSTANCE": name, "PASSERELLE_SECRET_KEY": "k" * 40}
        os.environ |= {"PASSERELLE_DATABASE_URL": f"sqlite:///{folder / 'bench.sqlite'}"}
        os.environ |= {"PASSERELLE_PUBLIC_URL": "http://localhost"}
        cookie = prepare(folder)[0]
        put_cards()
        servers = {"app": serve("app", "crm:create_app()", ROOT), "bare": serve("bare", "bare:app", ROOT / "bench")}
        pages = {
            BARE: ("bare", "/"),
            "board": ("app", "/projets/tableau"),
            "board, one owner, to follow up": ("app", "/projets/tableau?owner=me&stale=1"),
            "board, lines by project": ("app", "/projets/tableau?lanes=project"),
            "rest of a column": ("app", "/projets/tableau?step=5"),
            "sheet with all cards": ("app", "/projets/tableau?print=1"),
        }
        try:
            wall, cpu = measure(servers, pages, cookie)
        finally:
            for server in servers.values():
                server.terminate()
        told(wall, cpu)


def measure(servers, pages, cookie):  # type: ignore[no-untyped-def]
    """Rounds of every page in turn; the wall and CPU seconds of a request, by page."""
    wall, cpu = defaultdict(list), defaultdict(list)
    for _ in range(60):
        try:
            if all(ask(name, path, cookie)[0] == 200 for name, path in pages.values()):
                break
        except OSError:
            pass
        time.sleep(0.5)
    else:
        raise SystemExit(f"a page does not answer: {[ask(name, path, cookie)[0] for name, path in pages.values()]}")
    for _ in range(ROUNDS):
        for one, (name, path) in pages.items():
            before = spent(servers[name])
            wall[one] += [ask(name, path, cookie)[2] for _ in range(REQUESTS)]
            cpu[one].append((spent(servers[name]) - before) / REQUESTS)
    return wall, cpu


if __name__ == "__main__":
    main()
