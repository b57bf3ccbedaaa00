"""
Learns the weights of the scorer from labelled files and writes crm/dedupe/weights.py.

    pip install lightgbm  # in an environment that also has Passerelle
    python bench/dedupe/train.py FOLDER... --out crm/dedupe/weights.py

Each folder holds records.csv and truth.csv (id, cluster). Every file is read several times, whole columns left
out: lists of names without address, or without telephone, are then judged by what is left.
"""

import argparse
import csv
from pathlib import Path

import lightgbm
import numpy as np

from crm.dedupe import blocking
from crm.dedupe.features import DIRECTIONS, NAMES, Columns, matrix
from crm.dedupe.keys import keys
from crm.dedupe.normalise import normalise
from crm.dedupe.profiles import profile
from crm.dedupe.spreadsheet import card_of

TREES, DEPTH, RATE = 110, 4, 0.15
#: Columns that are emptied, and how much the pairs of that reading weigh.
READINGS = (
    ((), 1.0),
    (("telephone", "email", "site_web"), 0.3),
    (("siret", "adresse", "telephone", "email", "site_web"), 0.3),
    (("siret", "adresse", "code_postal", "ville", "telephone", "email", "site_web"), 0.2),
)


def pairs_of(folder: Path, emptied: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """The features of the candidate pairs of a labelled file, and whether each is one organisation."""
    with (folder / "records.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with (folder / "truth.csv").open(encoding="utf-8") as file:
        cluster = {row["id"]: row["cluster"] for row in csv.DictReader(file)}
    truth = np.unique([cluster[row["id"]] for row in rows], return_inverse=True)[1]
    normals = [normalise(card_of(row | dict.fromkeys(emptied, ""))) for row in rows]
    columns = Columns.of([profile(normal) for normal in normals])
    numbers, records = blocking.key_array((keys(normal) for normal in normals), 0)
    one, other = blocking.pairs(numbers, records, columns.order)
    return matrix(columns, one, other), truth[one] == truth[other]


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


def main() -> None:
    """Read, learn, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    parts = [(*pairs_of(folder, emptied), weight) for folder in given.folders for emptied, weight in READINGS]
    learner = lightgbm.LGBMClassifier(
        n_estimators=TREES, max_depth=DEPTH, num_leaves=2**DEPTH, learning_rate=RATE, min_child_samples=40,
        reg_lambda=5, subsample=0.8, subsample_freq=1, colsample_bytree=0.7, n_jobs=2, verbose=-1, seed=7,
        boost_from_average=False,
        monotone_constraints=[DIRECTIONS[name] for name in NAMES], monotone_constraints_method="advanced",
    )  # fmt: skip
    learner.fit(
        np.concatenate([features for features, _, _ in parts]),
        np.concatenate([labels for _, labels, _ in parts]),
        sample_weight=np.concatenate([np.full(len(labels), weight) for _, labels, weight in parts]),
    )
    write(learner.booster_, given.out)


if __name__ == "__main__":
    main()
