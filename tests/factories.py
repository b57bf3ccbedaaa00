"""The smallest rows that are true, and what tests want to say of them. Every name is invented."""

import base64
import hashlib
import itertools
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from crm.access.policy import Actor, Role
from crm.accounts import passwords
from crm.accounts.models import Membership, Structure, User
from crm.conventions.enums import ConventionKind, Side, Stage
from crm.conventions.models import Convention, Signatory
from crm.db import transaction
from crm.interactions.documents.enums import DocumentKind
from crm.interactions.documents.models import Document
from crm.interactions.enums import InteractionKind
from crm.interactions.models import Interaction
from crm.partners.enums import FollowStage, PartnerKind
from crm.partners.models import Contact, Follow, Partner
from crm.partners.search import search_key, sort_key
from crm.reminders.models import Todo
from crm.web.application import Application

PASSWORD = "une phrase de passe pour les tests"
_HASH = passwords.hash_password(PASSWORD)
THEN = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
#: One white point.
_PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg=="
)
SYSTEM = Actor(None, "tests", None, kind="system")


class Factory:
    """Makes and commits rows. The first structure is made when somebody needs one."""

    def __init__(self, app: Application) -> None:
        self.app = app
        self._count = itertools.count(1)
        self._structure: Structure | None = None

    @contextmanager
    def transaction(self, actor: Actor = SYSTEM, now: datetime = THEN, *, writes: bool = True) -> Iterator[Session]:
        """A transaction as a command would open it."""
        with self.app.app_context(), transaction(actor=actor, now=now, writes=writes) as session:
            yield session

    def add(self, row: Any) -> Any:
        """Commit any row."""
        with self.transaction() as session:
            session.add(row)
            session.flush()
            session.refresh(row)
            session.expunge(row)
        return row

    def structure(self, name: str = "") -> Structure:
        """Another structure."""
        made: Structure = self.add(Structure(name=name or f"Structure {next(self._count)}", created_at=THEN))
        return made

    @property
    def home(self) -> Structure:
        """The structure of those for whom none is named."""
        self._structure = self._structure or self.structure("Les Ateliers de la Bièvre")
        return self._structure

    def user(
        self, *, roles: Iterable[Role] = (Role.DEVELOPER,), structure: Structure | None = None, **values: Any
    ) -> User:
        """A person with a password (PASSWORD) and roles in one structure."""
        number = next(self._count)
        structure = structure or self.home
        given = {
            "email": f"personne{number}@exemple.test",
            "first_name": "Inès",
            "last_name": f"Delmas{number}",
            "password_hash": _HASH,
            "digest_at": time(7, 30),
            "created_at": THEN,
        }
        user: User = self.add(User(**given | values))
        for role in roles:
            self.add(Membership(user_id=user.id, structure_id=structure.id, role=role))
        return user

    def actor(
        self, user: User, *, roles: Iterable[Role] = (Role.DEVELOPER,), structure: Structure | None = None
    ) -> Actor:
        """That person as the services know them."""
        return Actor(user.id, user.name, (structure or self.home).id, frozenset(roles))

    def partner(self, name: str = "", **values: Any) -> Partner:
        """A company in Antony."""
        name = name or f"Boulangerie {next(self._count)}"
        given: dict[str, Any] = {
            "name": name,
            "kind": PartnerKind.COMPANY,
            "city": "Antony",
            "postal_code": "92160",
            "department": "92",
            "created_at": THEN,
        } | values
        keys = {
            "sort_key": sort_key(name),
            "search_key": search_key(
                names=[name],
                city=given["city"],
                postal_code=given["postal_code"],
                siret=given.get("siret") or "",
            ),
        }
        partner: Partner = self.add(Partner(**keys | given))
        return partner

    def follow(self, partner: Partner, *, structure: Structure | None = None, **values: Any) -> Follow:
        """A structure following a partner."""
        given = {"stage": FollowStage.FOLLOWED} | values
        follow: Follow = self.add(Follow(partner_id=partner.id, structure_id=(structure or self.home).id, **given))
        return follow

    def contact(self, partner: Partner, **values: Any) -> Contact:
        """Someone at the partner."""
        given = {"last_name": f"Vasseur{next(self._count)}", "created_at": THEN} | values
        contact: Contact = self.add(Contact(partner_id=partner.id, **given))
        return contact

    def interaction(
        self, partner: Partner, author: User, *, structure: Structure | None = None, **values: Any
    ) -> Interaction:
        """A visit that took place."""
        given: dict[str, Any] = {
            "kind": InteractionKind.VISIT,
            "held_at": THEN,
            "report": "Deux postes en avril.",
            "created_at": THEN,
        } | values
        structure_id = (structure or self.home).id
        made: Interaction = self.add(
            Interaction(partner_id=partner.id, author_id=author.id, structure_id=structure_id, **given)
        )
        return made

    def document(
        self, interaction: Interaction, content: bytes = b"", name: str = "plan.png", **values: Any
    ) -> Document:
        """A small picture on an exchange, its file included."""
        content = content or _PICTURE
        key = f"piece{next(self._count)}"
        folder = Path(self.app.config["INSTANCE"]) / "documents"
        folder.mkdir(exist_ok=True)
        (folder / key).write_bytes(content)
        for drawn in folder.glob(f"{key}.*"):  # of an earlier test
            drawn.unlink()
        given: dict[str, Any] = {
            "name": name,
            "kind": DocumentKind.PNG,
            "size": len(content),
            "key": key,
            "sha256": hashlib.sha256(content).hexdigest(),
            "author_id": interaction.author_id,
            "created_at": THEN,
        } | values
        made: Document = self.add(
            Document(interaction_id=interaction.id, structure_id=interaction.structure_id, **given)
        )
        return made

    def todo(
        self,
        partner: Partner,
        assignee: User,
        *,
        due_on: date,
        structure: Structure | None = None,
        **values: Any,
    ) -> Todo:
        """Something to do about a partner."""
        given: dict[str, Any] = {"what": "Relancer", "created_at": THEN} | values
        structure_id = (structure or self.home).id
        todo: Todo = self.add(
            Todo(
                partner_id=partner.id,
                assignee_id=assignee.id,
                due_on=due_on,
                structure_id=structure_id,
                **given,
            )
        )
        return todo

    def convention(
        self,
        partner: Partner,
        *,
        structure: Structure | None = None,
        signed_on: date | None = None,
        **values: Any,
    ) -> Convention:
        """A framework agreement of three years with one person on each side; signed by both when a day is given."""
        given: dict[str, Any] = {
            "kind": ConventionKind.FRAMEWORK,
            "title": "Accueil et recrutement",
            "purpose": "Accueillir des personnes en insertion.",
            "starts_on": date(2026, 1, 1),
            "ends_on": date(2028, 12, 31),
            "final_on": values.get("ends_on", date(2028, 12, 31)),
            "stage": Stage.SIGNED if signed_on else Stage.DRAFT,
            "signed_on": signed_on,
            "created_at": THEN,
        } | values
        convention = Convention(
            partner_id=partner.id,
            structure_id=(structure or self.home).id,
            signatories=[
                Signatory(side=side, name=name, capacity=capacity, signed_on=signed_on, position=place)
                for place, (side, name, capacity) in enumerate(
                    [(Side.OURS, "Odile Marchand", "Directrice"), (Side.THEIRS, "Paul Vasseur", "Gérant")]
                )
            ],
            **given,
        )
        made: Convention = self.add(convention)
        return made
