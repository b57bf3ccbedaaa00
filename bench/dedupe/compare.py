"""
`passerelle dedupe-file` beside Splink (DuckDB) and recordlinkage, on the same files, in the same run.

    python3 -m venv /elsewhere && /elsewhere/bin/pip install splink recordlinkage
    .venv/bin/python bench/dedupe/compare.py --rivals /elsewhere/bin/python --train FOLDER FOLDER...

Each FOLDER holds records.csv and truth.csv (id, cluster): those of generate.py, or others. `--train`: the labelled
folder recordlinkage learns from. `--only dedupe-file` leaves the rivals out. One process after the other; for each:
wall and CPU time of the whole command with all its processes, the most memory they held together, and, against the
truth: precision, recall and F1 of the pairs at the tool's own threshold, F1 at the best threshold, F1 after closing the
pairs (dedupe-file: its clusters), B-cubed F1, the share of true pairs among all that was considered.
"""

import argparse
import csv
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
#: What each rival calls a match: the probability its documentation takes for one.
THRESHOLDS = {"dedupe-file": 0.0, "Splink": 0.9, "recordlinkage": 0.5}
_PAGE = resource.getpagesize()

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Run:
    """What a command cost."""

    wall: float
    cpu: float
    memory: int


def tree(pid: int) -> Iterable[int]:
    """A process and all it started."""
    yield pid
    try:
        children = " ".join(path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children"))
    except OSError:
        return
    for child in children.split():
        yield from tree(int(child))


def held(pid: int) -> int:
    """Bytes that a process and its children hold together; what they share is counted once, in proportion."""
    total = 0
    for one in tree(pid):
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total


def run(command: list[str], log: Path) -> Run:
    """Run it to its end; raises when it fails."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with log.open("wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT, cwd=ROOT)  # noqa: S603  our own
        most = [0]

        def watch() -> None:
            while process.poll() is None:
                most[0] = max(most[0], held(process.pid))
                time.sleep(0.1)

        watcher = threading.Thread(target=watch)
        watcher.start()
        process.wait()
        watcher.join()
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - began
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}\n{log.read_text()[-2000:]}")
    return Run(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, most[0])


def read_pairs(path: Path) -> dict[Pair, float]:
    """Each pair once, the lower id first, at its best score."""
    found: dict[Pair, float] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            pair = (row["id1"], row["id2"]) if row["id1"] < row["id2"] else (row["id2"], row["id1"])
            found[pair] = max(found.get(pair, 0.0), float(row["score"]))
    return found


def f1(right: int, said: int, true: int) -> tuple[float, float, float]:
    """Precision, recall, and their harmonic mean."""
    precision, recall = right / said if said else 1.0, right / true if true else 1.0
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def pairs_in(groups: Iterable[object]) -> int:
    """How many pairs stand in groups of these sizes."""
    return sum(size * (size - 1) // 2 for size in Counter(groups).values())


def closed(ids: Iterable[str], pairs: Iterable[Pair]) -> dict[str, str]:
    """The group of each id when whoever is linked to a group is in it."""
    parent = {one: one for one in ids}

    def root(one: str) -> str:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for one, other in pairs:
        parent[root(one)] = root(other)
    return {one: root(one) for one in parent}


@dataclass(frozen=True, slots=True)
class Score:
    """How right it was."""

    pair: tuple[float, float, float]
    best: float
    cluster: float
    b_cubed: float
    considered: float


def score(truth: dict[str, str], found: dict[Pair, float], threshold: float, groups: dict[str, str] | None) -> Score:
    """Against the truth: the pairs at the threshold, at the best one, and the groups (of the pairs when None)."""
    true = pairs_in(truth.values())
    is_right = {pair: truth[pair[0]] == truth[pair[1]] for pair in found}
    emitted = [pair for pair, value in found.items() if value >= threshold]
    best = right = 0.0
    ranked = sorted(found.items(), key=lambda one: -one[1])
    for place, (pair, value) in enumerate(ranked, 1):
        right += is_right[pair]
        if place == len(ranked) or ranked[place][1] != value:
            best = max(best, f1(int(right), place, true)[2])
    groups = groups or closed(truth, emitted)
    both = Counter((truth[one], groups[one]) for one in truth)
    sizes, said = Counter(truth.values()), Counter(groups[one] for one in truth)
    precision = sum(count * count / said[group] for (_, group), count in both.items()) / len(truth)
    recall = sum(count * count / sizes[cluster] for (cluster, _), count in both.items()) / len(truth)
    return Score(
        f1(sum(is_right[pair] for pair in emitted), len(emitted), true),
        best,
        f1(pairs_in((truth[one], groups[one]) for one in truth), pairs_in(groups[one] for one in truth), true)[2],
        2 * precision * recall / (precision + recall),
        sum(is_right.values()) / true if true else 1.0,
    )


def measure(tool: str, folder: Path, rivals: str, train: Path) -> tuple[Run, Score]:
    """Run the tool on the folder's records."""
    records = folder / "records.csv"
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as file:
        truth = {row["id"]: row["cluster"] for row in csv.DictReader(file)}
    with tempfile.TemporaryDirectory() as name:
        pairs, review, clusters = (Path(name) / f"{part}.csv" for part in ("pairs", "review", "clusters"))
        log = Path(name) / "log"
        if tool != "dedupe-file":
            command = [rivals, str(HERE / "rivals.py"), tool.lower(), str(records), str(pairs)]
            cost = run([*command, "--train", str(train)], log)
            return cost, score(truth, read_pairs(pairs), THRESHOLDS[tool], None)
        command = [
            str(Path(sys.executable).with_name("passerelle")),
            "dedupe-file",
            str(records),
            "--pairs",
            str(pairs),
        ]
        cost = run([*command, "--review", str(review), "--clusters", str(clusters)], log)
        with clusters.open(encoding="utf-8", newline="") as file:
            groups = {row["id"]: row["cluster"] for row in csv.DictReader(file)}
        together = read_pairs(pairs)
        # What was considered also holds what is shown for review; it is never taken for a match.
        doubtful = {pair: -1.0 + value for pair, value in read_pairs(review).items() if pair not in together}
        return cost, score(truth, together | doubtful, THRESHOLDS[tool], groups)


def main() -> None:
    """Run all on all, print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--rivals", default="", help="python of a venv with splink and recordlinkage")
    parser.add_argument("--train", type=Path, default=Path())
    parser.add_argument("--only", choices=THRESHOLDS, action="append")
    asked = parser.parse_args()
    tools = asked.only or (list(THRESHOLDS) if asked.rivals else ["dedupe-file"])
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{machine}, load {os.getloadavg()[0]:.1f}")
    if asked.rivals:
        command = [asked.rivals, str(HERE / "rivals.py"), "versions"]
        told = subprocess.run(command, capture_output=True, check=True)  # noqa: S603  our own
        print(json.loads(told.stdout))
    print("| file | tool | wall s | CPU s | MB | P | R | F1 | best F1 | F1 of groups | B3 | considered |")
    print("|---|---|---|---|---|---|---|---|---|---|---|---|", flush=True)
    for folder in asked.folders:
        for tool in tools:
            cost, got = measure(tool, folder, asked.rivals, asked.train)
            figures = (*got.pair, got.best, got.cluster, got.b_cubed, got.considered)
            costs = f"{cost.wall:.1f} | {cost.cpu:.1f} | {cost.memory / 1e6:.0f}"
            print(f"| {folder.name} | {tool} | {costs} | {' | '.join(f'{one:.4f}' for one in figures)} |", flush=True)


if __name__ == "__main__":
    main()
