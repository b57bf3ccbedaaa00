"""
The interview grid of a visit, in two parts: discover the company, then introduce oneself. Optional, question by
question.

Source: guide FNARS « Partenariats réussis pour l'emploi » (2012), step 4: an interview in two parts, to discover
and then to introduce oneself; listen for latent needs; find the right person; qualify the will to be involved. The
questions are our words. Pure.
"""

from dataclasses import dataclass

from crm.wording import N_

LONGEST_ANSWER = 2000  # characters


@dataclass(frozen=True, slots=True)
class Question:
    """One question; `key` is what the database keeps, and never changes."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """One of the two halves of the interview."""

    title: str
    questions: tuple[Question, ...]


PARTS = (
    Part(
        N_("1. Découvrir l'entreprise"),
        (
            Question("activity", N_("Activité, histoire, organisation")),
            Question("trades", N_("Métiers et effectifs")),
            Question("recruiting", N_("Recrutements : postes, saisons, difficultés")),
            Question("needs", N_("Autres besoins entendus : marchés, territoire, responsabilité sociale")),
            Question("experience", N_("Expérience de l'insertion, de l'immersion, du tutorat")),
            Question("people", N_("Qui décide, qui suivra au quotidien")),
        ),
    ),
    Part(
        N_("2. Se présenter et construire"),
        (
            Question("presented", N_("Ce que nous avons présenté : structure, métiers, salariés")),
            Question("reactions", N_("Réactions, questions, freins")),
            Question("possible", N_("Actions envisageables : découverte, formation, intermédiation, développement")),
            Question("involvement", N_("Volonté de s'impliquer, bases d'un accord")),
            Question("conditions", N_("Conditions : calendrier, temps à y passer, moyens de chacun")),
        ),
    ),
)

KEYS = tuple(question.key for part in PARTS for question in part.questions)
