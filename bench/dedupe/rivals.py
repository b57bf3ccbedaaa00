"""
Splink and recordlinkage on one file, each in a decent configuration. Run by compare.py with the python of a venv apart.

    PYTHON bench/dedupe/rivals.py splink|recordlinkage RECORDS.csv PAIRS.csv [--train FOLDER]
    PYTHON bench/dedupe/rivals.py versions

Both read the columns cleaned the same way (capitals, accents, legal forms, telephones, codes), which is more than most
of their users would do. Splink estimates its weights on the file itself (EM), as its documentation advises;
recordlinkage learns a logistic regression from the first 8,000 labelled rows of FOLDER. PAIRS.csv: id1, id2, score.
"""

import argparse
import csv
import importlib.metadata
import json
import re
import unicodedata
import warnings
from pathlib import Path

import pandas as pd

LEGAL = {"sarl", "sas", "sasu", "sa", "eurl", "sci", "snc", "scop", "scic", "selarl", "association", "societe", "ets"}
SMALL = {"de", "du", "des", "la", "le", "les", "et", "l", "d", "a", "au", "aux", "en"}
PROVIDERS = {"gmail.com", "orange.fr", "wanadoo.fr", "free.fr", "hotmail.fr", "laposte.net", "sfr.fr", "yahoo.fr"}
TRAINED_ON = 8_000


def plain(text: str) -> str:
    """Small letters without accents, words separated by one space."""
    text = unicodedata.normalize("NFKD", text)
    text = "".join(letter for letter in text if not unicodedata.combining(letter)).lower()
    return re.sub(r"[^a-z0-9]+", " ", text).strip()


def _phone(text: str) -> str | None:
    digits = re.sub(r"\D", "", text.split("/")[0])
    return digits[-9:] if len(digits) >= 9 else None


def _siren(text: str) -> str | None:
    digits = re.sub(r"\D", "", text)
    return digits[:9] if len(digits) in {9, 14} else None


def cleaned(path: Path, rows: int | None = None) -> pd.DataFrame:
    """The columns that both compare; None for what is missing."""
    raw = pd.read_csv(path, dtype=str, keep_default_na=False, nrows=rows)
    words = raw["nom"].map(lambda text: [word for word in plain(text).split() if word not in LEGAL])
    telling = words.map(lambda some: [word for word in some if word not in SMALL] or some)
    code = raw["code_postal"].map(lambda text: re.sub(r"\D", "", text.split(".")[0]).zfill(5)[:5])
    mail = raw["email"].map(lambda text: text.strip().lower() if text.count("@") == 1 else "")
    site = raw["site_web"].map(lambda text: re.sub(r"^https?://|^www\.|/.*$", "", text.lower().strip()))
    site = site.map(lambda text: text.removeprefix("www."))
    host = [
        one or ("" if (host := other.partition("@")[2]) in PROVIDERS else host)
        for one, other in zip(site, mail, strict=True)
    ]
    street = raw["adresse"].map(plain)
    digits = raw["siret"].map(lambda text: re.sub(r"\D", "", text))
    table = pd.DataFrame(
        {
            "unique_id": raw["id"],
            "name": words.map(" ".join),
            "sorted_name": telling.map(lambda some: " ".join(sorted(some))),
            "first_word": telling.map(lambda some: some[0] if some else ""),
            "start": telling.map(lambda some: "".join(some)[:5]),
            "code": code.where(code != "00000", ""),
            "department": code.str[:2].where(code != "00000", ""),
            "city": raw["ville"].map(lambda text: re.sub(r"\bcedex\b.*|\d+", "", plain(text)).strip()),
            "street": street.map(lambda text: re.sub(r"^\d+ (bis |ter )?", "", text)),
            "number": street.map(lambda text: (re.match(r"\d+", text) or [""])[0]),
            "phone": raw["telephone"].map(_phone),
            "email": mail,
            "host": host,
            "siret": digits.where(digits.str.len() == 14, ""),
            "siren": raw["siret"].map(_siren),
        }
    )  # fmt: skip
    return table.replace({"": None})


def splink(path: Path) -> list[tuple[str, str, float]]:
    """Pairs of a probability of 0.01 at least, by the model of Fellegi and Sunter."""
    import splink.comparison_level_library as levels
    import splink.comparison_library as compare
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    exact_or_unknown = {
        name: compare.ExactMatch(name).configure(term_frequency_adjustments=True)
        for name in ("phone", "email", "host", "siren")
    }
    place = compare.CustomComparison(
        output_column_name="place",
        comparison_levels=[
            levels.NullLevel("code"),
            levels.ExactMatchLevel("code"),
            levels.ExactMatchLevel("department"),
            levels.ElseLevel(),
        ],
    )
    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[
            block_on("siren"), block_on("phone"), block_on("email"), block_on("host"), block_on("sorted_name"),
            block_on("code", "number", "street"), block_on("code", "first_word"), block_on("code", "start"),
            block_on("city", "start"), block_on("department", "start"),
        ],
        comparisons=[
            compare.JaroWinklerAtThresholds("name", [0.95, 0.88, 0.8]).configure(term_frequency_adjustments=True),
            compare.JaroWinklerAtThresholds("sorted_name", [0.95, 0.88, 0.8]),
            place,
            compare.JaroWinklerAtThresholds("city", [0.92]),
            compare.JaroWinklerAtThresholds("street", [0.95, 0.85]),
            *exact_or_unknown.values(),
        ],
    )  # fmt: skip
    linker = Linker(DuckDBAPI().register(cleaned(path)), settings)
    sure = [block_on("siret"), block_on("phone", "start")]
    linker.training.estimate_probability_two_random_records_match(sure, recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6)
    for rule in (block_on("phone"), block_on("sorted_name"), block_on("code", "start")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_probability=0.01).as_pandas_dataframe()
    return list(zip(found["unique_id_l"], found["unique_id_r"], found["match_probability"], strict=True))


def _features(table: pd.DataFrame) -> pd.DataFrame:
    import recordlinkage as rl

    indexer = rl.Index()
    for columns in ("siren", "phone", "email", "host", "sorted_name", ["code", "first_word"], ["code", "start"],
                    ["city", "start"], ["department", "start"], ["code", "number", "street"]):  # fmt: skip
        indexer.block(columns)
    compare = rl.Compare()
    for column in ("name", "sorted_name", "street", "city"):
        compare.string(column, column, method="jarowinkler", label=column)
    for column in ("code", "department", "phone", "email", "host", "siren", "siret", "number"):
        compare.exact(column, column, missing_value=0.5, label=column)
    return compare.compute(indexer.index(table), table)


def recordlinkage(path: Path, train: Path) -> list[tuple[str, str, float]]:
    """Pairs of a probability of 0.01 at least, by a logistic regression learnt on the labelled rows."""
    from sklearn.linear_model import LogisticRegression

    with (train / "truth.csv").open(encoding="utf-8") as file:
        cluster = {row["id"]: row["cluster"] for row in csv.DictReader(file)}
    labelled = cleaned(train / "records.csv", TRAINED_ON).set_index("unique_id")
    known = _features(labelled)
    same = [cluster[one] == cluster[other] for one, other in known.index]
    model = LogisticRegression(max_iter=1_000).fit(known, same)
    table = cleaned(path).set_index("unique_id")
    found = _features(table)
    scores = model.predict_proba(found)[:, 1]
    return [(one, other, score) for (one, other), score in zip(found.index, scores, strict=True) if score >= 0.01]


def main() -> None:
    """Read the command line; write the pairs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tool", choices=("splink", "recordlinkage", "versions"))
    parser.add_argument("records", type=Path, nargs="?")
    parser.add_argument("pairs", type=Path, nargs="?")
    parser.add_argument("--train", type=Path)
    asked = parser.parse_args()
    # recordlinkage 0.16 warns of each comparison under pandas 2.
    warnings.simplefilter("ignore", FutureWarning)
    if asked.tool == "versions":
        names = ("splink", "duckdb", "recordlinkage", "pandas", "scikit-learn")
        print(json.dumps({name: importlib.metadata.version(name) for name in names}))
        return
    found = splink(asked.records) if asked.tool == "splink" else recordlinkage(asked.records, asked.train)
    with asked.pairs.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(("id1", "id2", "score"))
        table.writerows(found)


if __name__ == "__main__":
    main()
