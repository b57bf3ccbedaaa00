"""
The demonstration: an invented association intermédiaire in Antony, its people, its partners, two years of exchanges.

Days are counted from the day it is loaded, so that every screen has something true to say.
"""

from datetime import date, datetime, time, timedelta

from flask import current_app
from sqlalchemy.orm import Session

from crm import clock
from crm.access.policy import Actor, Permission
from crm.accounts.models import Structure, User
from crm.accounts.passwords import hash_password
from crm.accounts.queries import known_emails, structure_by_name
from crm.accounts.services import add_user
from crm.db import transaction
from crm.interactions.models import Interaction
from crm.partners import services as partners
from crm.partners.contacts import services as contacts
from crm.partners.enums import FollowStage
from crm.partners.follow.services import FollowData
from crm.partners.models import Contact, Partner
from crm.partners.refusals import LikelyDuplicates
from crm.reminders.models import Todo
from seeds import demo_around, demo_conventions, demo_follow, demo_method
from seeds.demo_exchanges import TODOS, story
from seeds.demo_partners import PARTNERS, Demo
from seeds.demo_people import PEOPLE

STRUCTURE = "L'Établi d'Antony"
PASSWORD = "demo-passerelle"  # noqa: S105  of a demonstration: it is shown at each start
ACCOUNTS: tuple[tuple[str, str], ...] = (
    *((person.label, person.email) for person in PEOPLE),
    ("Responsable du développement d'une structure voisine", demo_around.NEIGHBOUR_EMAIL),
)
OLDER_RELEASE = (
    "Une démonstration d'une version antérieure est déjà là et reste telle quelle. "
    "Pour charger celle-ci, supprimez le dossier instance/ et recommencez."
)

_GRANTED = frozenset({Permission.PARTNER_EDIT, Permission.PARTNER_READ, Permission.CONTACT_EDIT})
_DIGEST_AT = time(7, 30)
_TWO_YEARS = 730  # days
_SOURCES = ("Réseau de la direction", "Forum de l'emploi", "Club d'entreprises", "Recommandation d'un partenaire")
#: How many days a pause still lasts, one paused partner after the other.
_PAUSES = (21, 60, 120)


def load() -> str:
    """Load the demonstration in one transaction, unless it is there; a French sentence saying what was done."""
    now = clock.now()
    with transaction(actor=Actor(None, "demo", None, kind="cli"), now=now) as session:
        if structure_by_name(session, STRUCTURE) is not None:
            return "Les données de démonstration sont déjà là."
        if known_emails(session, [email for _, email in ACCOUNTS]):
            # Loaded by an earlier release, under another name: both cannot stand in one database.
            return OLDER_RELEASE
        story = _Story(session, now)
        story.tell()
    return f"{len(PARTNERS) + demo_around.AROUND} partenaires inventés chargés pour « {STRUCTURE} »."


class _Story:
    """Everything that is loaded, in order."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session = session
        self.now = now
        self.today = clock.day_of(now)
        structure = Structure(name=STRUCTURE, created_at=self._moment(_TWO_YEARS + 20, 9))
        session.add(structure)
        session.flush()
        self.structure_id = structure.id
        self.users: dict[str, User] = {}
        self.partners: dict[str, Partner] = {}
        self.contacts: dict[str, Contact] = {}

    def tell(self) -> None:
        """Load all of it."""
        self._people()
        for place, demo in enumerate(PARTNERS):
            self._partner(place, demo)
        followed = [demo for demo in PARTNERS if demo.stage is not FollowStage.POOL]
        for place, demo in enumerate(followed):
            self._exchanges(place, demo)
        self._todos()
        where = self._place()
        demo_around.companies(where)
        demo_follow.tell(where)
        demo_conventions.tell(where)
        demo_method.tell(where)
        demo_around.neighbour(where)
        self.session.flush()

    def _place(self) -> demo_follow.Place:
        return demo_follow.Place(
            session=self.session,
            structure_id=self.structure_id,
            users=self.users,
            partners=self.partners,
            contacts=self.contacts,
            now=self.now,
            today=self.today,
            secret=current_app.config["SECRET_KEY"],
        )

    def _people(self) -> None:
        hashed = hash_password(PASSWORD)  # once: eight times would take longer than all the rest
        for person in PEOPLE:
            user = add_user(
                self.session,
                email=person.email,
                first_name=person.first_name,
                last_name=person.last_name,
                password=None,
                structure_id=self.structure_id,
                roles=list(person.roles),
            )
            user.password_hash, user.digest_at = hashed, _DIGEST_AT
            self.users[person.key] = user

    def _partner(self, place: int, demo: Demo) -> None:
        created = self._moment(_TWO_YEARS + 5 - place * 9, 10)
        owner = self.users[demo.owner] if demo.owner else None
        actor = Actor(owner.id if owner else None, "demo", self.structure_id, frozenset(), kind="cli", granted=_GRANTED)
        data = _data(place, demo)
        follow = FollowData(
            stage=demo.stage,
            owner_id=owner.id if owner else None,
            willingness=demo.willingness,
            paused_until=self.today + timedelta(days=_PAUSES[place % 3]) if demo.stage is FollowStage.PAUSED else None,
            source="Repérage de terrain" if demo.stage is FollowStage.POOL else _SOURCES[place % len(_SOURCES)],
        )
        with demo_follow.as_of(self.session, created, actor):
            try:
                partner = partners.create(self.session, data, actor=actor, now=created, follow=follow)
            except LikelyDuplicates as refusal:
                # Three of them resemble each other on purpose: there must be something to find.
                known = {one.public_id for one in refusal.found}
                partner = partners.create(self.session, data, actor=actor, now=created, follow=follow, confirmed=known)
            self.partners[demo.name] = partner
            self._people_met(place, demo, partner, actor, created)

    def _people_met(self, place: int, demo: Demo, partner: Partner, actor: Actor, created: datetime) -> None:
        for rank, met in enumerate(demo.met):
            data = contacts.ContactData(
                first_name=met.first_name,
                last_name=met.last_name,
                function=met.function,
                role=met.role,
                phone=f"+33639980{place * 2 + rank:03}",
                email=f"accueil@{demo.site}.example" if rank == 0 and demo.site else None,
            )
            key = current_app.config["SECRET_KEY"]
            contact = contacts.add_contact(self.session, partner, data, actor=actor, now=created, key=key)
            self.contacts[contact.full_name] = contact

    def _exchanges(self, place: int, demo: Demo) -> None:
        """From two to ten exchanges, as far as the relation went: the first long ago, the last days or weeks ago."""
        told = list(story(demo.name, demo.willingness))
        first, last = _TWO_YEARS - place * 17, 1 + place * 3
        owner = self.users[demo.owner or "ines"]
        partner, contact = self.partners[demo.name], self._first_met(demo)
        for rank, (said, purpose) in enumerate(told):
            days = first - (first - last) * rank // (len(told) - 1)
            author = owner if (place + rank) % 5 else self.users["sonia"]
            held_at = self._moment(days, 9 + (place + rank * 3) % 8)
            self.session.add(
                Interaction(
                    structure_id=self.structure_id,
                    partner_id=partner.id,
                    contact_id=contact.id if contact else None,
                    author_id=author.id,
                    kind=said.kind,
                    direction=said.direction,
                    nature=said.nature,
                    purpose=purpose,
                    held_at=held_at,
                    duration_minutes=said.minutes,
                    report=said.report,
                    promises=said.promises,
                    created_at=held_at,
                )
            )

    def _first_met(self, demo: Demo) -> Contact | None:
        return self.contacts[f"{demo.met[0].first_name} {demo.met[0].last_name}"] if demo.met else None

    def _todos(self) -> None:
        for due in TODOS:
            user = self.users[due.who]
            planned = self._moment(max(-due.days, due.done_days_ago or 0) + 7, 16)
            done = None if due.done_days_ago is None else self._moment(due.done_days_ago, 15)
            self.session.add(
                Todo(
                    structure_id=self.structure_id,
                    partner_id=self.partners[due.partner].id,
                    what=due.what,
                    due_on=self.today + timedelta(days=due.days),
                    assignee_id=user.id,
                    created_by_id=user.id,
                    created_at=planned,
                    done_at=done,
                    done_by_id=user.id if done else None,
                )
            )

    def _moment(self, days_ago: int, hour: int) -> datetime:
        """That hour in Paris, so many days ago; a weekend becomes the Friday before it."""
        day = self.today - timedelta(days=days_ago)
        return datetime.combine(_working_day(day), time(hour, 5 * (days_ago % 12)), clock.PARIS)


def _working_day(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))


def _phone(place: int) -> str:
    return f"+3319900{place + 101:04}"


def _data(place: int, demo: Demo) -> partners.PartnerData:
    names = [one.name for one in PARTNERS]
    line = names.index(demo.same_phone_as) if demo.same_phone_as else place
    postal_code, city = demo.town
    return partners.PartnerData(
        name=demo.name,
        kind=demo.kind,
        siret=demo.siret,
        street=demo.street,
        postal_code=postal_code,
        city=city,
        phone=_phone(line) if demo.met or demo.same_phone_as else None,
        email=f"contact@{demo.site}.example" if demo.site else None,
        website=f"https://www.{demo.site}.example" if demo.site else None,
        sector=demo.sector,
    )
