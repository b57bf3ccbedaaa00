"""Creating a partner: what is kept, what is refused, and the duplicates that a person must look at."""

from datetime import date

import pytest
from sqlalchemy import select

from crm.access.policy import Role
from crm.errors import NotAllowed
from crm.partners import registry, services
from crm.partners.enums import FollowStage, PartnerKind, Willingness
from crm.partners.follow.services import FollowData
from crm.partners.models import Follow, Partner
from crm.partners.refusals import FieldRefused, LikelyDuplicates, SameSiret
from crm.partners.registry import Resemblance
from crm.partners.services import PartnerData
from crm.sentences import Sentence
from tests.factories import THEN
from tests.pages import forms_of

NEW = "/partenaires/nouveau"
SIRET = "40069031900035"
TYPED = {"name": "Garage du Parc", "kind": "company"}


@pytest.fixture
def ines(make, browser):
    """A development manager, signed in."""
    user = make.user()
    browser.sign_in(user)
    return user


@pytest.fixture
def suspects(monkeypatch):
    """The only check asked is this list: `suspects.append(Resemblance(...))`."""
    found: list[Resemblance] = []
    monkeypatch.setattr(registry, "_checks", {"tests": lambda _session, _draft, _actor: list(found)})
    return found


def resembling(partner: Partner, *, certain: bool = False) -> Resemblance:
    return Resemblance(partner.public_id, partner.name, partner.city, (Sentence("nom très proche"),), certain)


def test_what_is_typed_is_kept_and_the_author_follows_it(ines, browser, session, make):
    typed = TYPED | {
        "trade_name": "Parc Auto",
        "kind": "craft",
        "siret": "SIRET : 400 690 319 00035",
        "street": "12 rue de l'Église",
        "postal_code": "20200",
        "city": "Bastia",
        "phone": "01.99.00.00.07",
        "email": "contact@Parc.test",
        "website": "www.parc.test",
        "sector": "Automobile",
        "willingness": "interested",
    }
    answer = browser.submit(NEW, typed)
    partner = session.scalars(select(Partner)).one()
    assert (answer.status_code, answer.location) == (303, f"/partenaires/{partner.public_id}")
    assert (partner.name, partner.trade_name, partner.kind) == ("Garage du Parc", "Parc Auto", PartnerKind.CRAFT)
    assert (partner.siret, partner.siren) == (SIRET, SIRET[:9])
    assert (partner.department, partner.phone) == ("2B", "+33199000007")
    assert (partner.email, partner.website) == ("contact@parc.test", "https://www.parc.test")
    assert (partner.sort_key, partner.version) == ("garage du parc", 1)
    assert {"0199000007", SIRET, "bastia", "auto"} <= set(partner.search_key.split())
    follow = session.scalars(select(Follow)).one()
    assert (follow.partner_id, follow.structure_id) == (partner.id, make.home.id)
    assert (follow.stage, follow.owner_id) == (FollowStage.FOLLOWED, ines.id)
    assert follow.willingness is Willingness.INTERESTED
    assert "Partenaire créé." in browser.get(answer.location).text


def test_what_was_mended_of_a_siret_is_told(ines, browser, session):
    answer = browser.submit(NEW, TYPED | {"siret": "40069031900035.0"})
    assert session.scalars(select(Partner)).one().siret == SIRET
    assert "Décimales ajoutées par le tableur retirées." in browser.get(answer.location).text


def test_what_was_mended_is_told_on_a_refused_form_too(ines, browser, snapshot):
    """The field comes back rewritten: whoever typed it must know that digits were lost."""
    before = snapshot()
    answer = browser.submit(NEW, TYPED | {"siret": "4,00690319E+13", "postal_code": "ABC"})
    assert answer.status_code == 422
    assert 'value="400 690 319"' in answer.text.replace("\xa0", " ").replace("\u202f", " ")
    assert "derniers chiffres" in answer.text
    assert snapshot() == before


def test_a_siren_typed_as_siret_is_kept_as_siren(ines, browser, session):
    answer = browser.submit(NEW, TYPED | {"siret": "400690319"})
    partner = session.scalars(select(Partner)).one()
    assert (partner.siren, partner.siret) == ("400690319", None)
    assert "SIREN (9 chiffres)" in browser.get(answer.location).text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": "  "}, "ce champ est nécessaire"),
        ({"name": "x" * 201}, "Trop long"),
        ({"kind": ""}, "Choisissez un type."),
        ({"kind": "private"}, "enregistrez-le dans le logiciel de gestion des missions"),
        ({"siret": "40069031900036"}, "Ce SIRET n'existe pas"),
        ({"postal_code": "9216"}, "Un code postal compte 5 chiffres."),
        ({"phone": "0199"}, "est un numéro court"),
        ({"email": "contact"}, "Ce n'est pas une adresse e-mail"),
        ({"website": "javascript:alert(1)"}, "Seules les adresses en http"),
        ({"stage": "paused"}, "Dites jusqu'à quand dure la pause."),
        ({"stage": "paused", "paused_until": "2020-01-01"}, "La fin de la pause doit être à venir."),
        ({"owner": "999999"}, "choix valide"),
    ],
)
def test_a_wrong_field_is_said_beside_it_and_what_was_typed_stays(ines, browser, snapshot, wrong, sentence):
    before = snapshot()
    answer = browser.submit(NEW, TYPED | {"city": "Bourg-la-Reine"} | wrong)
    page = answer.text.replace("&#39;", "'")
    assert answer.status_code == 422
    assert any(one in page for one in sentence.split("|"))
    name = next(iter(wrong)) if "paused_until" not in wrong else "paused_until"
    assert f'id="{name}-erreur"' in page or 'id="paused_until-erreur"' in page
    assert "Bourg-la-Reine" in page
    assert snapshot() == before


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.SUPERVISOR, Role.BOARD, Role.ADMIN])
def test_who_may_not_create_gets_403_and_nothing_is_written(make, browser, snapshot, role):
    partner = make.partner()
    contact = make.contact(partner)
    browser.sign_in(make.user(roles=[role]))
    before = snapshot()
    here = f"/partenaires/{partner.public_id}"
    token = {"csrf_token": _token(browser), "nonce": "n" * 20}
    for url in (NEW, f"{here}/modifier", f"{here}/contacts/nouveau", f"/contacts/{contact.public_id}/modifier"):
        assert browser.get(url).status_code == 403
        assert browser.client.post(url, data=TYPED | {"last_name": "Lumen"} | token).status_code == 403
    assert snapshot() == before


def _token(browser) -> str:
    """A genuine token: the sign-out button of every page holds one."""
    return browser.form("/aujourdhui", action="/deconnexion").values["csrf_token"]


def test_the_same_siret_is_refused_with_the_way_to_it(ines, browser, make, snapshot):
    known = make.partner("Boulangerie Lumen", siret=SIRET, siren=SIRET[:9])
    before = snapshot()
    answer = browser.submit(NEW, TYPED | {"siret": SIRET, "city": "Sceaux"})
    assert answer.status_code == 422
    assert "Ce SIRET est déjà celui de « Boulangerie Lumen »" in answer.text
    assert f'href="/partenaires/{known.public_id}"' in answer.text
    assert "Sceaux" in answer.text
    assert snapshot() == before


def test_the_siret_of_a_partner_in_the_bin_is_free(ines, browser, make, now, session):
    binned = make.partner("Boulangerie Lumen", siret=SIRET, binned_at=now)
    typed = TYPED | {"siret": SIRET}
    answer = browser.submit(NEW, typed)
    assert answer.status_code == 422
    assert "« Boulangerie Lumen », qui est dans la corbeille" in answer.text
    assert f'value="{binned.public_id}"' in answer.text
    assert browser.submit(NEW, typed | {"confirmed": binned.public_id}).status_code == 303
    assert len(session.scalars(select(Partner)).all()) == 2


def test_whoever_may_create_may_take_the_one_of_the_bin_back(browser, make, now, session):
    browser.enter(make.user(roles=[Role.COUNSELLOR]), make.home)
    binned = make.partner("Boulangerie Lumen", siret=SIRET, binned_at=now)
    refused = browser.submit(NEW, TYPED | {"siret": SIRET})
    assert "Restaurer cette fiche" in refused.text
    form = next(one for one in forms_of(refused.text) if one.action.endswith("/restaurer"))
    answer = browser.client.post(form.action, data=form.values)
    assert answer.status_code == 303
    assert answer.location == f"/partenaires/{binned.public_id}"
    assert session.scalars(select(Partner)).one().binned_at is None


def test_two_people_creating_the_same_siret_at_once_get_the_same_refusal(make, monkeypatch, suspects, snapshot):
    make.partner("Boulangerie Lumen", siret=SIRET)
    actor = make.actor(make.user())
    before = snapshot()
    real, asked = services._refuse_same_siret, []

    def blind_at_first(session, siret, *, but):
        asked.append(siret)
        if len(asked) > 1:
            real(session, siret, but=but)

    monkeypatch.setattr(services, "_refuse_same_siret", blind_at_first)
    data = PartnerData(name="Lumen", kind=PartnerKind.COMPANY, siret=SIRET)
    with pytest.raises(SameSiret) as refused, make.transaction(actor) as session:
        services.create(session, data, actor=actor, now=THEN)
    assert refused.value.known.name == "Boulangerie Lumen"
    assert len(asked) == 2
    assert snapshot() == before


def test_a_likely_duplicate_is_shown_then_confirmed_as_another_company(
    ines, browser, make, suspects, session, snapshot
):
    known = make.partner("Garage du Parc SARL")
    suspects.append(resembling(known))
    before = snapshot()
    answer = browser.submit(NEW, TYPED | {"city": "Sceaux"})
    assert answer.status_code == 422
    assert "Ce partenaire est peut-être déjà dans la base." in answer.text
    assert f'href="/partenaires/{known.public_id}"' in answer.text
    assert "nom très proche" in answer.text
    assert "Sceaux" in answer.text
    assert snapshot() == before

    again = browser.submit(NEW, TYPED | {"city": "Sceaux", "confirmed": known.public_id})
    assert again.status_code == 303
    assert len(session.scalars(select(Partner)).all()) == 2


def test_each_suspect_must_be_confirmed(ines, browser, make, suspects, snapshot):
    suspects += [resembling(make.partner("Garage du Parc SARL")), resembling(make.partner("Le garage du parc"))]
    before = snapshot()
    answer = browser.submit(NEW, TYPED | {"confirmed": suspects[0].public_id})
    assert answer.status_code == 422
    assert answer.text.count('name="confirmed"') == 2
    assert answer.text.count("checked") == 1
    assert snapshot() == before


def test_a_certain_resemblance_cannot_be_confirmed_away(make, suspects):
    known = make.partner("Garage du Parc SARL")
    suspects.append(resembling(known, certain=True))
    actor = make.actor(make.user())
    data = PartnerData(name="Garage", kind=PartnerKind.COMPANY)
    with pytest.raises(SameSiret), make.transaction(actor) as session:
        services.create(session, data, actor=actor, now=THEN, confirmed=frozenset({known.public_id}))


def test_the_real_check_meets_a_name_typed_again(ines, browser, make):
    browser.submit(NEW, TYPED | {"city": "Antony", "postal_code": "92160"})
    answer = browser.submit(
        NEW, {"name": "SARL GARAGE DU PARC", "kind": "company", "city": "ANTONY", "postal_code": "92160"}
    )
    assert answer.status_code == 422
    assert "Déjà dans la base ?" in answer.text
    assert 'name="confirmed"' in answer.text


def test_the_same_form_sent_twice_makes_one_partner(ines, browser, session):
    values = browser.form(NEW).values | TYPED
    answers = [browser.client.post(NEW, data=values) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert session.scalars(select(Partner.name)).all() == ["Garage du Parc"]


def test_an_import_puts_partners_in_the_pool_without_owner(make, session, suspects):
    actor = make.actor(make.user())
    data = PartnerData(name="Garage", kind=PartnerKind.COMPANY, department="38")
    with make.transaction(actor) as writing:
        services.create(
            writing, data, actor=actor, now=THEN, follow=FollowData(stage=FollowStage.POOL, source="fichier 2026")
        )
    follow = session.scalars(select(Follow)).one()
    assert (follow.stage, follow.owner_id, follow.source) == (FollowStage.POOL, None, "fichier 2026")
    assert session.scalars(select(Partner.department)).one() == "38"


def test_the_service_itself_asks_for_the_right(make, suspects, snapshot):
    actor = make.actor(make.user(), roles=[Role.VOLUNTEER])
    before = snapshot()
    with pytest.raises(NotAllowed), make.transaction(actor) as session:
        services.create(session, PartnerData(name="Garage", kind=PartnerKind.COMPANY), actor=actor, now=THEN)
    assert snapshot() == before


@pytest.mark.parametrize(
    ("follow", "field"),
    [
        ({"owner_id": 987654}, "owner"),
        ({"stage": FollowStage.PAUSED}, "paused_until"),
        ({"stage": FollowStage.PAUSED, "paused_until": date(2026, 11, 20)}, "paused_until"),
    ],
)
def test_the_service_itself_refuses_what_the_form_does_not_offer(make, suspects, follow, field):
    actor = make.actor(make.user())
    data = PartnerData(name="Garage", kind=PartnerKind.COMPANY)
    with pytest.raises(FieldRefused) as refused, make.transaction(actor) as session:
        services.create(session, data, actor=actor, now=THEN, follow=FollowData(**follow))
    assert refused.value.field == field


def test_likely_duplicates_carry_what_was_found(make, suspects):
    suspects.append(resembling(make.partner()))
    actor = make.actor(make.user())
    data = PartnerData(name="Garage", kind=PartnerKind.COMPANY)
    with pytest.raises(LikelyDuplicates) as refused, make.transaction(actor) as session:
        services.create(session, data, actor=actor, now=THEN)
    assert refused.value.found == suspects
