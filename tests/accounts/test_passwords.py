"""What is asked of a new password: length and not being guessable; no rule about kinds of signs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.accounts import guessable, passwords

AROUND = ("Inès", "Delmas", "ines.delmas@ateliers.test", "Les Ateliers de la Bièvre")

TAKEN = [
    "correct cheval batterie agrafe",
    "quatre velos rouillent ici",
    "le pain du mardi est tiède",
    "mon chien mange des poireaux",
    "grenouille 47 parapluie",
    "La péniche grise tourne 3 fois",
    "chocolat soleil vacances maman",
    "Tz7#kqLw9!vRp2mX",
    "hjlsdfguqpwmzn-b",
    "œuf, blé, œillet, maïs !",
    "крокодил ест яблоки",
    "3141592653589793",
    "Inès préfère les tunnels humides",
]

COMMON = [
    "motdepasse2024!",
    "M0tdepasse2024!!",
    "Mot de passe 2026",
    "Bonjour-Soleil-75",
    "bonjour2024soleil",
    "P@ssw0rd-Admin-1",
    "administrateur92",
    "iloveyouforever1",
    "Passerelle2026!!",
    "12345678motdepasse",
    "Été-Printemps-2025",
]
WALKS = [
    "azertyuiop123456",
    "qwertyuiopasdfgh",
    "1qaz2wsx3edc4rfv",
    "abcdefghijklmnop",
    "poiuytrezapoiuyt",
    "0987654321098765",
]
REPEATED = ["aaaaaaaaaaaaaaaa", "abcabcabcabcabca", "Passw0rdPassw0rd", "19851985198519851985", "été été été été été"]
ABOUT_THE_PERSON = [
    "Ines.Delmas.1985",
    "delmas0601020304",
    "AteliersDeLaBievre92",
    "Les Ateliers de la Bièvre",
    "Passerelle-Delmas-1",
]


def said(password, *, guarded=False):
    """The sentences, as they are shown in French."""
    return [str(sentence) for sentence in passwords.problems(password, guarded=guarded, words=AROUND)]


@pytest.mark.parametrize("password", TAKEN)
def test_a_passphrase_is_taken(password):
    assert said(password, guarded=True) == []


@pytest.mark.parametrize("password", COMMON)
def test_what_is_tried_first_is_refused(password):
    assert any("l'on essaie" in sentence for sentence in said(password)), said(password)


@pytest.mark.parametrize("password", WALKS)
def test_the_rows_of_the_keyboard_are_refused(password):
    [sentence] = said(password)
    assert "touches du clavier" in sentence


@pytest.mark.parametrize("password", REPEATED)
def test_the_same_thing_again_and_again_is_refused(password):
    [sentence] = said(password)
    assert "répète" in sentence


@pytest.mark.parametrize("password", ABOUT_THE_PERSON)
def test_the_names_around_the_account_are_refused(password):
    [sentence] = said(password)
    assert "votre structure" in sentence
    assert passwords.problems(password, guarded=False, words=["Sonia", "Kherfi"]) in {
        (),
        passwords.problems(password, guarded=False, words=[]),
    }


@pytest.mark.parametrize(
    ("length", "guarded", "taken"),
    [(13, False, False), (14, False, True), (15, True, False), (16, True, True), (256, True, True), (257, True, False)],
)
def test_length_is_counted_in_characters(length, guarded, taken):
    phrase = ("vélo gris, zinc brûlé ; ok " * 12)[:length]
    phrase = "".join(
        chr(ord("a") + (place * 7 + place // 5) % 26) if sign == " " else sign for place, sign in enumerate(phrase)
    )
    assert (said(phrase, guarded=guarded) == []) is taken


def test_no_rule_about_kinds_of_signs():
    for phrase in ("petites lettres seules", "GRANDES LETTRES SEULES", "lettresettiretseuls"):
        assert said(phrase) == []


def test_each_sentence_says_how_to_mend():
    for password in ("court", "a" * 300, COMMON[0], WALKS[0], REPEATED[0], ABOUT_THE_PERSON[0]):
        for sentence in said(password):
            assert sentence.endswith((".", "?"))
            assert any(word in sentence for word in ("au moins", "au plus", "Ajoutez", "Mettez", "Prenez", "prenez"))


def test_the_list_is_ours_and_long_enough():
    listed = guessable.entries()
    assert len(listed) >= 3000
    long_enough = {entry for entry in listed if len(entry) >= passwords.MINIMUM}
    assert len(long_enough) >= 3000, "ASVS 6.2.4: entries that the length alone does not refuse"
    assert all(entry.isascii() and entry == entry.lower() and entry.isalnum() for entry in listed)
    for entry in sorted(long_enough)[::50]:
        assert said(entry), entry


@given(st.text(min_size=0, max_size=300))
def test_anything_may_be_typed(password):
    first = passwords.problems(password, guarded=False, words=AROUND)
    assert first == passwords.problems(password, guarded=False, words=AROUND)
    if len(password) < passwords.MINIMUM:
        assert first


def test_an_accented_letter_is_the_same_whatever_keyboard_wrote_it():
    stored = passwords.hash_password("été comme hiver, on pédale")
    assert passwords.verify(stored, "été comme hiver, on pédale")
    assert not passwords.verify(stored, "ete comme hiver, on pedale")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize("stored", [None, "", "pas une empreinte", "$argon2id$v=19$m=1"])
def test_nobody_has_no_password(stored):
    assert not passwords.verify(stored, "personne ne porte ce mot de passe")
