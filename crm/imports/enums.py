"""What becomes of an imported row."""

from crm.wording import N_, Labelled


class Outcome(Labelled):
    """One of these for each row of the file."""

    NEW = "new", N_("nouvelle")
    SAME = "same", N_("identique")
    DOUBTFUL = "doubtful", N_("douteuse")
    WRONG = "wrong", N_("erreur")
