"""
How long the server takes to say what resembles a partner being typed, in a base of N partners.

    .venv/bin/python bench/dedupe/typing_hints.py FOLDER [--postgres URL] [--asked 300] [--base DIR]

FOLDER: as generate.py writes it. Its rows become partners, with the keys the application would have written, but for
the rows held out: of organisations that have several, the last one. What is typed is those: a real duplicate, spoilt as
it comes: its first three letters, a prefix, the whole name, each alone or with code and town. Each is one request to
the real route, through WSGI: session, rights, transaction, page included, the network left out. Wall and CPU time of
this process, in milliseconds; how often another row of the same organisation is among the five shown.
"""

import argparse
import csv
import json
import os
import platform
import random
import re
import secrets
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import chain, islice
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(HERE)]
AT_ONCE = 5_000
MOST_ASKED = 2_000


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
        # The row is found again by it.
        "public_id": f"{row['id']:>22}".replace(" ", "-"),
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


def clusters(folder: Path) -> dict[str, str]:
    """The organisation of each row."""
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row["cluster"] for row in csv.DictReader(file)}


def held_out(cluster: dict[str, str]) -> set[str]:
    """The last row of the organisations that have several: some thousands at most."""
    rows = defaultdict(list)
    for one, name in cluster.items():
        rows[name].append(one)
    return {same[-1] for same in islice((same for same in rows.values() if len(same) > 1), MOST_ASKED)}


def chunks(path: Path, left_out: set[str]) -> Iterator[list[dict[str, str]]]:
    """The rows of the file that are loaded, some at a time."""
    with path.open(encoding="utf-8", newline="") as file:
        some = []
        for row in csv.DictReader(file):
            if row["id"] in left_out:
                continue
            some.append(row)
            if len(some) == AT_ONCE:
                yield some
                some = []
        if some:
            yield some


def load(folder: Path) -> int:
    """Write the partners and their keys; how many. The application's own listener writes the same, far slower."""
    import sqlalchemy as sa

    from crm import clock
    from crm.db import db
    from crm.dedupe.models import DuplicateKey
    from crm.partners.models import Partner

    number, sirets, keys = 0, {None}, 0
    left_out = held_out(clusters(folder))
    with db.engine.begin() as connection, ProcessPoolExecutor(2) as pool:
        for some in pool.map(prepared, chunks(folder / "records.csv", left_out)):
            partners, held = [], []
            for values, numbers in some:
                number += 1
                if values["siret"] in sirets:
                    values["siret"] = None
                sirets.add(values["siret"])
                partners.append(values | {"id": number, "created_at": clock.now()})
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


def open_again() -> None:
    """The session of a kept base, which is over after half an hour."""
    import sqlalchemy as sa

    from crm import clock
    from crm.accounts.models import OpenSession
    from crm.db import db

    now = clock.now()
    with db.engine.begin() as connection:
        connection.execute(sa.update(OpenSession).values(created_at=now, seen_at=now, confirmed_at=now))


def typed(folder: Path, asked: int) -> Iterator[tuple[str, str, dict[str, str]]]:
    """What somebody types: the row it is, the kind of question, and what the form sends."""
    out = held_out(clusters(folder))
    chance = random.Random("typed")  # noqa: S311  the same questions each time
    with (folder / "records.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            row for row in csv.DictReader(file) if row["id"] in out and row["ville"] and len(row["nom"].strip()) > 5
        ]
    for row in chance.sample(rows, min(asked, len(rows))):
        name, place = row["nom"].strip(), {"postal_code": row["code_postal"], "city": row["ville"]}
        cut = chance.randint(3, len(name))
        yield row["id"], "three letters", {"name": name[:3]}
        yield row["id"], "a prefix", {"name": name[:cut]}
        yield row["id"], "a prefix, town", {"name": name[:cut], **place}
        yield row["id"], "the name", {"name": name}
        yield row["id"], "the name, town", {"name": name, **place}


def ask_all(folder: Path, asked: int, token: str) -> None:
    """Send every question to the route; print what each kind took."""
    from flask import current_app

    client = current_app._get_current_object().test_client(use_cookies=False)  # type: ignore[attr-defined]
    wall, cpu, right = defaultdict(list), defaultdict(list), defaultdict(list)
    cluster = clusters(folder)
    questions = list(typed(folder, asked))
    headers = {"Cookie": f"passerelle={token}", "Host": "localhost"}
    for row, kind, form in questions[:50] + questions:
        began, used = time.perf_counter(), time.process_time()
        answer = client.get("/partenaires/ressemblants", query_string=form, headers=headers)
        wall[kind].append((time.perf_counter() - began) * 1000)
        cpu[kind].append((time.process_time() - used) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"refused ({answer.status_code}): {answer.text[:500]}")
        shown = re.findall(r"/partenaires/-*(\w+)", answer.text)
        right[kind].append(any(cluster.get(one) == cluster[row] for one in shown))
    print(
        "| typed | wall p50 | wall p95 | CPU p50 | CPU p95 | right one among those shown |\n|---|---|---|---|---|---|"
    )
    for kind in [*wall, "all"]:
        some = [list(chain(*all_of.values())) if kind == "all" else all_of[kind] for all_of in (wall, cpu, right)]
        figures = " | ".join(
            f"{statistics.median(one):.1f} | {statistics.quantiles(one, n=20)[18]:.1f}" for one in some[:2]
        )
        print(f"| {kind} | {figures} | {statistics.mean(some[2]):.0%} |")


def measure(folder: Path, url: str, asked: int, base: Path) -> None:
    """Make the base unless it is there, then ask."""
    os.environ |= {"PASSERELLE_ENV": "test", "PASSERELLE_INSTANCE": str(base), "PASSERELLE_SECRET_KEY": "k" * 40}
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
            load(folder)
            print(f"loaded in {time.perf_counter() - began:.0f} s")
            (base / "token").write_text(signed_in())
        else:
            open_again()
        print(f"{db.engine.dialect.name}, {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        ask_all(folder, asked, (base / "token").read_text())


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--postgres", help="an empty database, instead of SQLite")
    parser.add_argument("--asked", type=int, default=300)
    parser.add_argument("--base", type=Path, help="keep the base there, and use it when it is there")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        base = given.base or Path(temporary)
        base.mkdir(parents=True, exist_ok=True)
        measure(given.folder, given.postgres or f"sqlite:///{base.resolve() / 'bench.sqlite'}", given.asked, base)


if __name__ == "__main__":
    main()
