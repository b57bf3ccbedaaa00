"""What becomes of an imported row."""

from enum import StrEnum

from crm.wording import N_


class Outcome(StrEnum):
    """One of these for each row of the file."""

    NEW = "new"
    SAME = "same"
    DOUBTFUL = "doubtful"
    WRONG = "wrong"

    @property
    def label(self) -> str:
        """The French word, marked for translation."""
        return _OUTCOMES[self]


_OUTCOMES = {
    Outcome.NEW: N_("nouvelle"),
    Outcome.SAME: N_("identique"),
    Outcome.DOUBTFUL: N_("douteuse"),
    Outcome.WRONG: N_("erreur"),
}
