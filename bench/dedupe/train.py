"""
Learns the weights of the scorer from labelled files and writes crm/dedupe/weights.py.

    pip install lightgbm  # in an environment that also has Passerelle
    python bench/dedupe/train.py FOLDER... --out crm/dedupe/weights.py

Each folder holds records.csv and truth.csv (id, cluster). Every file is read several times, each time with other
columns left out and with more damage (see `spoiling`): lists of bare names, or without telephone, are then judged by
what is left.
"""

import argparse
import csv
import random
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path

import lightgbm
import numpy as np
from spoiling import Row, damage_facts, damage_name, traps

from crm.dedupe import blocking
from crm.dedupe.features import DIRECTIONS, NAMES, Columns, hopeful, matrix
from crm.dedupe.keys import values_of
from crm.dedupe.normalise import normalise
from crm.dedupe.profiles import profile
from crm.dedupe.spreadsheet import COLUMNS, card_of

TREES, DEPTH, RATE = 140, 4, 0.15


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One way of reading a file: share of its groups, columns kept ('' : each row loses some by chance), damage."""

    share: float = 1.0
    kept: str = "siret adresse code_postal ville telephone email site_web"
    lost: float = 0.0
    damaged: float = 0.0
    traps: float = 0.0
    moved: float = 0.07


READINGS = (
    Reading(),
    Reading(share=0.7, damaged=0.5, traps=0.05),
    Reading(share=0.4, damaged=0.3, traps=0.03, lost=0.3),
    Reading(share=0.3, damaged=0.3, kept="adresse code_postal ville telephone email site_web", traps=0.03),
    Reading(share=0.3, damaged=0.3, kept="adresse code_postal ville", moved=0.02, traps=0.03),
    Reading(share=0.25, damaged=0.3, kept="code_postal ville", moved=0.02),
    Reading(share=0.3, damaged=0.2, kept="ville", moved=0.02, traps=0.03),
    Reading(share=0.25, damaged=0.3, kept="telephone email ville", lost=0.2),
    Reading(share=0.4, kept=""),
    Reading(share=0.3, damaged=0.3, kept=""),
)


def rows_of(folder: Path, reading: Reading, chance: random.Random) -> list[Row]:
    """The rows of a file as one reading sees them; « cluster » is added, '' for one that is alone."""
    with (folder / "truth.csv").open(encoding="utf-8") as file:
        cluster = {row["id"]: row["cluster"] for row in csv.DictReader(file)}
    with (folder / "records.csv").open(encoding="utf-8") as file:
        rows = [row | {"cluster": cluster[row["id"]]} for row in csv.DictReader(file)]
    rows = [row for row in rows if zlib.crc32(f"{reading}{row['cluster']}".encode()) % 1000 < 1000 * reading.share]
    names = [row["nom"] for row in rows]
    rows += [trap | {"cluster": f"trap{place}"} for place, trap in enumerate(traps(rows, chance, reading.traps))]
    originals = [dict(row) for row in rows]
    for row in rows:
        if chance.random() < reading.damaged:
            damage_name(row, names, chance)
            damage_facts(row, originals, chance, reading.moved)
        for name in COLUMNS[2:-1]:
            if name not in reading.kept.split() or chance.random() < reading.lost:
                row[name] = ""
    return rows


def pairs_of(given: tuple[Path, Reading, int]) -> tuple[np.ndarray, np.ndarray]:
    """The features of the candidate pairs of a labelled file, and whether each is one organisation."""
    folder, reading, seed = given
    rows = rows_of(folder, reading, random.Random(seed))  # noqa: S311 - nothing is hidden with it
    truth = np.unique([row["cluster"] for row in rows], return_inverse=True)[1]
    normals = [normalise(card_of(row)) for row in rows]
    columns = Columns.of([profile(normal) for normal in normals])
    numbers, records = blocking.key_array((values_of(normal) for normal in normals), 0)
    one, other = blocking.pairs(numbers, records, columns.order)
    hope = hopeful(columns, one, other)
    labels = truth[one] == truth[other]
    print(
        f"{reading}: {len(rows)} rows, {len(one)} pairs, {hope.mean():.2f} looked at, "
        f"{labels.sum()} true found of {_true_pairs(truth)}, {(labels & ~hope).sum()} given up",
        flush=True,
    )
    return matrix(columns, one[hope], other[hope]), labels[hope]


def _true_pairs(truth: np.ndarray) -> int:
    sizes = np.bincount(truth)
    return int((sizes * (sizes - 1) // 2).sum())


def heap(node: dict, depth: int, place: int, questions: list, leaves: list) -> None:
    """Lay a tree out as a heap: a branch that ends early asks a question everybody answers the same."""
    if depth == 0:
        leaves[place - len(questions)] = node["leaf_value"]
        return
    if "leaf_value" in node:
        questions[place] = (NAMES[0], 9.0)
        heap(node, depth - 1, 2 * place + 1, questions, leaves)
        heap(node, depth - 1, 2 * place + 2, questions, leaves)
        return
    questions[place] = (NAMES[node["split_feature"]], node["threshold"])
    heap(node["left_child"], depth - 1, 2 * place + 1, questions, leaves)
    heap(node["right_child"], depth - 1, 2 * place + 2, questions, leaves)


def write(booster: lightgbm.Booster, out: Path) -> None:
    """Write the trees as a Python file."""
    trees = [tree["tree_structure"] for tree in booster.dump_model()["tree_info"]]
    questions, thresholds, leaves = [], [], []
    for tree in trees:
        asked: list = [None] * (2**DEPTH - 1)
        ends: list = [0.0] * 2**DEPTH
        heap(tree, DEPTH, 0, asked, ends)
        questions.append(" ".join(name for name, _ in asked))
        thresholds.append(" ".join(f"{np.float32(value):.6g}" for _, value in asked))
        leaves.append(" ".join(f"{value:.4f}" for value in ends))
    with out.open("w", encoding="utf-8") as file:
        file.write('"""Written by bench/dedupe/train.py: not to be edited by hand."""\n\n')
        file.write("# fmt: off\n")
        file.write(f"BASE = 0.0\nDEPTH = {DEPTH}\n")
        places = {name: place for place, name in enumerate(NAMES)}
        file.write("#: The order of the features when the trees were learnt.\n")
        file.write(f'FEATURES = """\n{wrap(" ".join(NAMES))}\n"""\n')
        numbers = [" ".join(str(places[name]) for name in line.split()) for line in questions]
        for name, lines in (("QUESTIONS", numbers), ("THRESHOLDS", thresholds), ("LEAVES", leaves)):
            file.write(f'{name} = """\n{wrap("; ".join(lines))}\n"""\n')


def wrap(text: str) -> str:
    """Lines of 118 characters at most, broken at spaces."""
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > 117:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + word
    return "\n".join(lines)


def learn(parts: Sequence[tuple[np.ndarray, np.ndarray]]) -> lightgbm.Booster:
    """The trees that tell the pairs of all readings apart, each feature pushing the way it may."""
    settings = {
        "objective": "binary", "max_depth": DEPTH, "num_leaves": 2**DEPTH, "learning_rate": RATE, "seed": 7,
        "min_data_in_leaf": 40, "lambda_l2": 5, "bagging_fraction": 0.8, "bagging_freq": 1, "feature_fraction": 0.7,
        "num_threads": 1, "verbose": -1, "boost_from_average": False,
        "monotone_constraints": [DIRECTIONS[name] for name in NAMES], "monotone_constraints_method": "intermediate",
    }  # fmt: skip
    features, labels = (np.concatenate(some) for some in zip(*parts, strict=True))
    booster = lightgbm.train(settings, lightgbm.Dataset(features, labels), num_boost_round=TREES)
    gain = dict(zip(NAMES, booster.feature_importance("gain"), strict=True))
    print({name: round(100 * gain[name] / sum(gain.values()), 1) for name in sorted(gain, key=gain.get, reverse=True)})
    return booster


def main() -> None:
    """Read, learn, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--kept", type=Path, help="An .npz file: the features are kept there, and read when it is there."
    )
    given = parser.parse_args()
    write(learn(features_of(given.folders, given.kept)), given.out)


def features_of(folders: Sequence[Path], kept: Path | None) -> list[tuple[np.ndarray, np.ndarray]]:
    """The features and labels of each reading of each folder."""
    if kept and kept.exists():
        with np.load(kept) as held:
            return [(held[f"features{place}"], held[f"labels{place}"]) for place in range(len(held) // 2)]
    work = [(folder, reading, seed) for seed, reading in enumerate(READINGS) for folder in folders]
    with Pool(2) as pool:
        parts = pool.map(pairs_of, work, chunksize=1)
    if kept:
        named = {f"features{place}": part[0] for place, part in enumerate(parts)}
        np.savez_compressed(kept, **named, **{f"labels{place}": part[1] for place, part in enumerate(parts)})
    return parts


if __name__ == "__main__":
    main()
