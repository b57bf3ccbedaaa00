"""
Times of the screens on 10,000 partners, beside bare pages on the same data: `.venv/bin/python bench/run.py`.

Two gunicorn workers serve the application, two others bare.py: what an ordinary Flask and SQLAlchemy developer writes
first, without rights, session, token nor layout. Rounds are interleaved, so that a busy machine is busy for all. Wall:
what one visitor waits. CPU: what both workers of a server spent, by /proc, over the requests of the round. The import
of 2,000 rows is timed last, in this process.
"""

import csv
import http.client
import io
import json
import os
import platform
import re
import secrets
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
PARTNERS, ROUNDS, REQUESTS = 10_000, 7, 20
IMPORTED = 2_000
#: The page to compare with, and for each page the bare one that shows the same.
BARE = "bare list"
SAME = {
    "list, first page": BARE,
    "list, name filter": "bare list, name filter",
    "list, deep page": "bare list, deep page",
    "partner with 200 exchanges": "bare partner page",
    "8 visitors, list": f"8 visitors, {BARE}",
}
PORTS = {"app": 5971, "bare": 5972}
TICK = os.sysconf("SC_CLK_TCK")


def prepare(folder: Path) -> tuple[str, str, str]:
    """Migrate, seed, open a session; the cookie, a partner with 200 exchanges, the address of a deep page."""
    from flask_migrate import upgrade

    from crm import clock, create_app
    from crm.access.policy import Actor
    from crm.accounts.models import Membership, OpenSession
    from crm.db import transaction
    from crm.partners.models import Partner
    from crm.web.paging import encode
    from crm.web.sessions import key_of
    from seeds import big

    app = create_app()
    token = secrets.token_urlsafe(32)
    with app.app_context():
        upgrade()
        began = time.perf_counter()
        print(big.load(PARTNERS), f"{time.perf_counter() - began:.0f} s")
        with transaction(actor=Actor(None, "bench", None, kind="cli"), now=clock.now()) as session:
            place = session.query(Membership).first()
            first = session.query(Partner).order_by(Partner.id).first()
            deep = session.query(Partner).order_by(Partner.sort_key, Partner.id).offset(PARTNERS - 200).first()
            user_id, structure_id = place.user_id, place.structure_id
            session.add(
                OpenSession(
                    token_hash=key_of(token),
                    user_id=user_id,
                    structure_id=structure_id,
                    payload=json.dumps({"_user_id": str(user_id), "_fresh": True, "structure_id": structure_id}),
                    created_at=clock.now(),
                    seen_at=clock.now(),
                    confirmed_at=clock.now(),
                )
            )
            return f"passerelle={token}", first.public_id, encode((deep.sort_key, deep.id))


def serve(name: str, target: str, folder: Path) -> "subprocess.Popen[bytes]":
    """Two gunicorn workers."""
    command = [sys.executable, "-m", "gunicorn", "-w", "2", "-b", f"127.0.0.1:{PORTS[name]}", target]
    return subprocess.Popen(command, cwd=folder, env=os.environ | {"PYTHONPATH": f"{ROOT}:{folder}"})  # noqa: S603  ours


def spent(server: "subprocess.Popen[bytes]") -> float:
    """Seconds of CPU that a server and its workers spent."""
    pids = [server.pid, *map(int, Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split())]
    stats = (Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split() for pid in pids)
    return sum(int(stat[11]) + int(stat[12]) for stat in stats) / TICK


def ask(name: str, path: str, cookie: str, body: str | None = None) -> tuple[int, str, float]:
    """One request: its status, its text, how long."""
    connection = http.client.HTTPConnection("127.0.0.1", PORTS[name], timeout=60)
    headers = {"Cookie": cookie, "Host": "localhost"}
    if body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    began = time.perf_counter()
    connection.request("GET" if body is None else "POST", path, body, headers)
    answer = connection.getresponse()
    text = answer.read().decode("utf-8", "replace")
    taken = time.perf_counter() - began
    connection.close()
    return answer.status, text, taken


def exchange(cookie: str, partner: str, said: str) -> str:
    """Open the form of an exchange; what is to be sent."""
    page = ask("app", f"/partenaires/{partner}/echanges/nouveau", cookie)[1]
    tokens = {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("csrf_token", "nonce")}  # type: ignore[index]
    form = {"kind": "visit", "report": said, "due": "nothing", "held_at": "2026-11-20T10:00"}
    return urlencode(tokens | form | {"direction": "ours", "nature": "follow_up"})


def send(cookie: str, partner: str, body: str) -> float:
    """Send it; how long that took."""
    status, text, taken = ask("app", f"/partenaires/{partner}/echanges/nouveau", cookie, body)
    if status != 303:
        raise SystemExit(f"the exchange was refused ({status}): {text[:2000]}")
    return taken


def eight(server: str, path: str, cookie: str) -> float:
    """Eight visitors on a page at once; seconds a page."""
    began = time.perf_counter()
    threads = [threading.Thread(target=lambda: [ask(server, path, cookie) for _ in range(REQUESTS)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return (time.perf_counter() - began) / (8 * REQUESTS)


def invented_sheet() -> bytes:
    """Rows as spreadsheets hold them, damaged and doubled as the generator of bench/dedupe does, each with a person."""
    with tempfile.TemporaryDirectory() as folder:
        made = [
            sys.executable,
            str(ROOT / "bench/dedupe/generate.py"),
            "--records",
            str(IMPORTED),
            "--seed",
            "3",
            folder,
        ]
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  our own script
        with (Path(folder) / "records.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
    people = [["Nom du contact", "Prénom du contact"], *(["Essai", f"Claire {n}"] for n in range(len(rows) - 1))]
    sheet = io.StringIO()
    csv.writer(sheet, delimiter=";").writerows(row[1:] + person for row, person in zip(rows, people, strict=True))
    return sheet.getvalue().encode()


def import_rows() -> dict[str, tuple[float, float]]:
    """Compare a file with the partners that are there and with itself, then write it; (wall, CPU) seconds."""
    from crm import clock, create_app
    from crm.access.policy import Actor, Role
    from crm.accounts.models import Membership
    from crm.db import transaction
    from crm.imports import services
    from crm.imports.reader import read_sheet
    from crm.imports.work.services import carry_out

    sheet = read_sheet(invented_sheet())
    app = create_app()
    key, taken = app.config["SECRET_KEY"], {}
    with app.app_context():
        with transaction(actor=Actor(None, "bench", None, kind="cli"), now=clock.now()) as session:
            place = session.query(Membership).first()
            actor = Actor(place.user_id, "bench", place.structure_id, frozenset({Role.DIRECTOR}))
        for one, act in (("to compare", services.plan), ("to compare again and write", carry_out)):
            given = {"now": clock.now()} if act is carry_out else {}
            began, used = time.perf_counter(), time.process_time()
            with transaction(actor=actor, now=clock.now()) as session:
                plan = act(session, sheet, file="bench.csv", actor=actor, key=key, **given)
            taken[one] = (time.perf_counter() - began, time.process_time() - used)
            print(one, dict(plan.totals))
    return taken


def main() -> None:
    """Seed, serve, measure, print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'bench.sqlite'}"
        os.environ |= {"PASSERELLE_ENV": "test", "PASSERELLE_INSTANCE": name, "PASSERELLE_SECRET_KEY": "k" * 40}
        os.environ |= {"PASSERELLE_DATABASE_URL": url, "PASSERELLE_PUBLIC_URL": "http://localhost"}
        cookie, partner, deep = prepare(folder)
        servers = {"app": serve("app", "crm:create_app()", ROOT), "bare": serve("bare", "bare:app", ROOT / "bench")}
        pages = {
            BARE: ("bare", "/"),
            "bare list, name filter": ("bare", "/?q=boulangerie+vas"),
            "bare list, deep page": ("bare", f"/?page={PARTNERS // 50 - 4}"),
            "bare partner page": ("bare", f"/partenaires/{partner}"),
            "list, first page": ("app", "/partenaires"),
            "list, name filter": ("app", "/partenaires?q=boulangerie+vas"),
            "list, deep page": ("app", f"/partenaires?after={deep}"),
            "partner with 200 exchanges": ("app", f"/partenaires/{partner}"),
        }
        try:
            wall, cpu = measure(servers, pages, cookie, partner)
        finally:
            for server in servers.values():
                server.terminate()
        told(wall, cpu)
        for one, (waited, used) in import_rows().items():
            print(f"| import of {IMPORTED} rows: {one} | {waited * 1000:.0f} | {used * 1000:.0f} | | |")


def told(wall, cpu):  # type: ignore[no-untyped-def]
    """Print the table of the pages."""
    print(
        f"\n{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, SQLite, {ROUNDS} rounds"
    )
    print("| page | wall ms | CPU ms | CPU, times the same page bare | times the bare list |\n|---|---|---|---|---|")
    base = statistics.median(cpu[BARE])
    for one, times in wall.items():
        used = statistics.median(cpu[one])
        same = f"{used / statistics.median(cpu[SAME[one]]):.1f}" if one in SAME else ""
        figures = f"{statistics.median(times) * 1000:.1f} | {used * 1000:.1f} | {same} | {used / base:.1f}"
        print(f"| {one} | {figures} |", flush=True)


def measure(servers, pages, cookie, partner):  # type: ignore[no-untyped-def]
    """Rounds of every page in turn; the wall and CPU seconds of a request, by page."""
    wall, cpu = defaultdict(list), defaultdict(list)
    for _ in range(60):
        try:
            if all(ask(name, path, cookie)[0] == 200 for name, path in pages.values()):
                break
        except OSError:
            pass
        time.sleep(0.5)
    for turn in range(ROUNDS):
        for one, (name, path) in pages.items():
            before = spent(servers[name])
            wall[one] += [ask(name, path, cookie)[2] for _ in range(REQUESTS)]
            cpu[one].append((spent(servers[name]) - before) / REQUESTS)
        forms = [exchange(cookie, partner, f"Tour {turn}, {number}") for number in range(REQUESTS)]
        before = spent(servers["app"])
        wall["creating an exchange"] += [send(cookie, partner, form) for form in forms]
        cpu["creating an exchange"].append((spent(servers["app"]) - before) / REQUESTS)
        for one, name, path in ((f"8 visitors, {BARE}", "bare", "/"), ("8 visitors, list", "app", "/partenaires")):
            before = spent(servers[name])
            wall[one].append(eight(name, path, cookie))
            cpu[one].append((spent(servers[name]) - before) / (8 * REQUESTS))
    return wall, cpu


if __name__ == "__main__":
    main()
