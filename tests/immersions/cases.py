"""Cases of immersions as JSON gives them, and what a verdict says of one rule."""

from copy import deepcopy

HERE, OTHER_SITE, ELSEWHERE = "12345678900011", "12345678900029", "98765432100017"

#: An adult between two missions, an AI, two weeks: nothing to say of it.
BASE = {
    "id": "cas",
    "employee": {"birth_date": "2001-05-02"},
    "contracts": [],
    "pass_iae_end": None,
    "host": {"siret": HERE, "departement": "92"},
    "wanted": {
        "start": "2026-03-02",
        "end": "2026-03-13",
        "purpose": "discover",
        "objectives": "Découvrir la cuisine",
        "renewal_of": None,
        "renewal_reason": None,
        "on_working_time": False,
        "weekly_schedule": None,
        "places": 1,
    },
    "done": [],
    "today": "2026-02-20",
    "prescriber_kind": "AI",
    "delegation_until": None,
}

USUAL_WEEK = {day: [["08:00", "12:00"], ["13:00", "16:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def case(**changes):
    """The base with changes: the keys of the case, of what is wanted, `birth`, `siret`, `departement`, `hours`."""
    made = deepcopy(BASE)
    for key, value in deepcopy(changes).items():
        if key == "birth":
            made["employee"]["birth_date"] = value
        elif key in made["host"]:
            made["host"][key] = value
        elif key == "hours":
            made["wanted"]["weekly_schedule"] = value
        elif key in BASE["wanted"]:
            made["wanted"][key] = value
        else:
            made[key] = value
    return made


def stay(start, end, **changes):
    """Another immersion, at the same host and for another purpose."""
    made = {
        "id": f"du {start}",
        "host_siret": HERE,
        "start": start,
        "end": end,
        "purpose": "confirm",
        "objectives": "Confirmer le projet",
        "renewal_of": None,
        "objectives_reached": False,
    }
    assert set(changes) <= set(made)
    return made | changes


def contract(kind, start, end):
    """A work contract."""
    return {"kind": kind, "start": start, "end": end}


def state_of(verdict, rule):
    """What a verdict says of one rule: « refused », « warned », « advised », « n/a », « unchecked », « kept »."""
    places = {"refused": "refusals", "warned": "warnings", "advised": "advice"}
    states = [state for state, key in places.items() if any(said["rule"] == rule for said in verdict[key])]
    states += [
        state for state, key in (("n/a", "not_applicable"), ("unchecked", "not_checked")) if rule in verdict[key]
    ]
    assert len(states) <= 1, f"{rule} is told twice: {states}"
    return states[0] if states else "kept"


def message_of(verdict, rule):
    """What it says, in words."""
    said = [*verdict["refusals"], *verdict["warnings"], *verdict["advice"]]
    return next(one["message"] for one in said if one["rule"] == rule)
