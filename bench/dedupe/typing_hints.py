"""
How long the server takes to say what resembles a partner being typed, in a base of N partners.

    .venv/bin/python bench/dedupe/typing_hints.py RECORDS.csv [--postgres URL] [--asked 300] [--folder DIR]

RECORDS.csv: as generate.py writes it; its rows become partners, with the keys the application would have written. What
is typed are names of other rows of the same generator (another seed), spoilt as they come: every prefix from the third
letter, then the whole name, then the name with its code and town. Each is one request to the real route, through WSGI:
session, rights, transaction, page included, the network left out. Wall and CPU time of this process, in milliseconds.
"""

import argparse
import csv
import json
import os
import platform
import random
import secrets
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(HERE)]
AT_ONCE = 5_000


def partner_of(row: dict[str, str]) -> dict[str, object]:
    """The columns of a partner, as an import would have read them."""
    from crm.dedupe.normalise import Card, normalise
    from crm.partners.search import sort_key

    normal = normalise(
        Card(
            names=(row["nom"],),
            siret=row["siret"],
            phones=(row["telephone"],),
            emails=(row["email"],),
            website=row["site_web"],
            street=row["adresse"],
            postal_code=row["code_postal"],
            city=row["ville"],
        )
    )
    name = row["nom"].strip()[:200]
    return {
        "name": name,
        "kind": "company",
        "siren": normal.siren or None,
        # One live partner for a SIRET: the duplicates of the file lose theirs, see `load`.
        "siret": normal.siret or None,
        "street": row["adresse"][:200],
        "postal_code": normal.postal_code,
        "city": row["ville"][:100],
        "department": normal.department,
        "phone": min(normal.phones, default=None),
        "email": min(normal.emails, default=None),
        "website": row["site_web"] or None,
        "sort_key": sort_key(name)[:200],
        "search_key": sort_key(name)[:200],
    }


def prepared(rows: list[dict[str, str]]) -> list[tuple[dict[str, object], list[int]]]:
    """The partners of some rows, and the numbers of their keys."""
    from crm.dedupe.keys import keys
    from crm.dedupe.numbering import number_of
    from crm.dedupe.queries import card_of
    from crm.partners.registry import Draft

    made = []
    for row in rows:
        values = partner_of(row)
        told = {name: value or "" for name, value in values.items() if name in Draft.__slots__}
        made.append((values, sorted({number_of(key) for key in keys(card_of(Draft(**told)))})))  # type: ignore[arg-type]
    return made


def chunks(path: Path) -> Iterator[list[dict[str, str]]]:
    """The rows of the file, some at a time."""
    with path.open(encoding="utf-8", newline="") as file:
        some = []
        for row in csv.DictReader(file):
            some.append(row)
            if len(some) == AT_ONCE:
                yield some
                some = []
        if some:
            yield some


def load(path: Path) -> int:
    """Write the partners and their keys; how many. The application's own listener writes the same, far slower."""
    import sqlalchemy as sa

    from crm import clock
    from crm.db import db
    from crm.dedupe.models import DuplicateKey
    from crm.partners.models import Partner

    number, sirets, keys = 0, set(), 0
    with db.engine.begin() as connection, ProcessPoolExecutor(2) as pool:
        for some in pool.map(prepared, chunks(path)):
            partners, held = [], []
            for values, numbers in some:
                number += 1
                if values["siret"] in sirets:
                    values["siret"] = None
                sirets.add(values["siret"])
                partners.append(values | {"id": number, "public_id": f"{number:022}", "created_at": clock.now()})
                held += [{"number": key, "partner_id": number} for key in numbers]
            connection.execute(sa.insert(Partner), partners)
            connection.execute(sa.insert(DuplicateKey), held)
            keys += len(held)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE" if db.engine.dialect.name == "postgresql" else "ANALYZE")
    print(f"{number} partners, {keys / max(number, 1):.1f} keys each")
    return number


def signed_in() -> str:
    """A cookie of a developer whose session is open."""
    from crm import clock
    from crm.access.policy import Actor, Role
    from crm.accounts.models import OpenSession, Structure
    from crm.accounts.services import add_user
    from crm.db import transaction
    from crm.web.sessions import key_of

    token = secrets.token_urlsafe(32)
    with transaction(actor=Actor(None, "bench", None, kind="cli"), now=clock.now()) as session:
        structure = Structure(name="Banc", created_at=clock.now())
        session.add(structure)
        session.flush()
        user = add_user(session, email="banc@exemple.test", first_name="Inès", last_name="Banc", password=None,
                        structure_id=structure.id, roles=[Role.DEVELOPER])  # fmt: skip
        session.flush()
        payload = {"_user_id": str(user.id), "_fresh": True, "structure_id": structure.id}
        session.add(
            OpenSession(token_hash=key_of(token), user_id=user.id, structure_id=structure.id,
                        payload=json.dumps(payload),
                        created_at=clock.now(), seen_at=clock.now(), confirmed_at=clock.now())
        )  # fmt: skip
    return token


def typed(asked: int) -> Iterator[tuple[str, dict[str, str]]]:
    """What somebody types: the kind of question, and what the form sends."""
    import generate

    rows, _ = generate.generate(asked * 2, seed=99)
    chance = random.Random("typed")  # noqa: S311  the same questions each time
    for row in [row for row in rows if row["ville"] and len(row["nom"]) > 5][:asked]:
        name, place = row["nom"].strip(), {"postal_code": row["code_postal"], "city": row["ville"]}
        cut = chance.randint(3, len(name))
        yield "three letters", {"name": name[:3]}
        yield "a prefix", {"name": name[:cut]}
        yield "a prefix, town", {"name": name[:cut], **place}
        yield "the name", {"name": name}
        yield "the name, town", {"name": name, **place}


def ask_all(asked: int, token: str) -> None:
    """Send every question to the route; print what each kind took."""
    from flask import current_app

    client = current_app._get_current_object().test_client(use_cookies=False)  # type: ignore[attr-defined]
    wall, cpu, shown = defaultdict(list), defaultdict(list), defaultdict(int)
    questions = list(typed(asked))
    headers = {"Cookie": f"passerelle={token}", "Host": "localhost"}
    for kind, form in questions[:50] + questions:
        began, used = time.perf_counter(), time.process_time()
        answer = client.get("/partenaires/ressemblants", query_string=form, headers=headers)
        wall[kind].append((time.perf_counter() - began) * 1000)
        cpu[kind].append((time.process_time() - used) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"refused ({answer.status_code}): {answer.text[:500]}")
        shown[kind] += "<li" in answer.text
    print("| typed | wall p50 | wall p95 | CPU p50 | CPU p95 | something shown |\n|---|---|---|---|---|---|")
    for kind in [*wall, "all"]:
        some = [list(chain(*times.values())) if kind == "all" else times[kind] for times in (wall, cpu)]
        figures = " | ".join(
            f"{statistics.median(one):.1f} | {statistics.quantiles(one, n=20)[18]:.1f}" for one in some
        )
        share = sum(shown.values()) / sum(map(len, wall.values())) if kind == "all" else shown[kind] / len(wall[kind])
        print(f"| {kind} | {figures} | {share:.0%} |")


def measure(path: Path, url: str, asked: int, folder: Path) -> None:
    """Make the base unless it is there, then ask."""
    os.environ |= {"PASSERELLE_ENV": "test", "PASSERELLE_INSTANCE": str(folder), "PASSERELLE_SECRET_KEY": "k" * 40}
    os.environ |= {"PASSERELLE_DATABASE_URL": url, "PASSERELLE_PUBLIC_URL": "http://localhost"}
    from flask_migrate import upgrade

    from crm import create_app
    from crm.db import db
    from crm.partners.models import Partner

    with create_app().app_context():
        upgrade()
        with db.engine.connect() as connection:
            partners = connection.scalar(db.select(db.func.count(Partner.id)))
        began = time.perf_counter()
        if not partners:
            load(path)
            print(f"loaded in {time.perf_counter() - began:.0f} s")
            (folder / "token").write_text(signed_in())
        print(f"{db.engine.dialect.name}, {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        ask_all(asked, (folder / "token").read_text())


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records", type=Path)
    parser.add_argument("--postgres", help="an empty database, instead of SQLite")
    parser.add_argument("--asked", type=int, default=300)
    parser.add_argument("--folder", type=Path, help="keep the base there, and use it when it is there")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        measure(given.records, given.postgres or f"sqlite:///{folder / 'bench.sqlite'}", given.asked, folder)


if __name__ == "__main__":
    main()
