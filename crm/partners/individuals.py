"""
Private individuals are no partners: their data belong to the software of the missions, under other rules.

A name alone proves nothing (« Mme Vasseur » may be a shop): it is asked about, never refused for good.
"""

from crm.partners.search import fold

#: The choice of the form that is always refused, so that people are told where individuals belong.
INDIVIDUAL = "private"

_TITLES = frozenset({"m", "mr", "mme", "mlle", "melle", "monsieur", "madame", "mademoiselle", "mm", "mmes"})
#: Longer, it says what they do: « Madame Renard, fleuriste et paysagiste ».
_MOST_WORDS = 4


def looks_like_a_person(name: str) -> bool:
    """Whether the name reads « M. Dupont » or « Mme Claire Dupont »."""
    words = fold(name).split()
    if len(words) > 2 and words[0] in _TITLES and words[1] in {"et", "ou"}:
        words = words[2:]
    return 2 <= len(words) <= _MOST_WORDS and words[0] in _TITLES and not any(word.isdigit() for word in words)
