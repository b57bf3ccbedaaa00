"""In what two companies are alike."""

from crm.wording import N_, Labelled


class Likeness(Labelled):
    """The best reason to call two companies alike, the strongest first."""

    ACTIVITY = "activity", N_("même activité")
    TRADE = "trade", N_("mêmes métiers")
    BRANCH = "branch", N_("même branche")
    SECTOR = "sector", N_("même secteur")
