"""The people of the demonstration, all invented."""

from typing import NamedTuple

from crm.access.policy import Role


class Person(NamedTuple):
    """Someone of the structure. `key` names them in the other files of the demonstration."""

    key: str
    first_name: str
    last_name: str
    roles: tuple[Role, ...]
    label: str

    @property
    def email(self) -> str:
        """In a domain that exists nowhere (RFC 6761)."""
        return f"{self.key}@exemple.test"


PEOPLE = (
    Person("ines", "Inès", "Vertadier", (Role.DEVELOPER,), "Responsable du développement"),
    Person("sonia", "Sonia", "Quérolin", (Role.COUNSELLOR,), "Conseillère en insertion (CIP)"),
    Person("karim", "Karim", "Bessolane", (Role.PLACEMENT,), "Chargé de mise à disposition"),
    Person("joel", "Joël", "Tarvigny", (Role.SUPERVISOR,), "Encadrant technique"),
    Person("helene", "Hélène", "Daumarie", (Role.DIRECTOR, Role.ADMIN), "Directrice, administratrice"),
    Person("bernard", "Bernard", "Ostrevel", (Role.BOARD,), "Administrateur (CA)"),
    Person("lucie", "Lucie", "Fanzay", (Role.ADMIN,), "Administration de l'application"),
    Person("odile", "Odile", "Rameseau", (Role.VOLUNTEER,), "Bénévole"),
    Person("maelle", "Maëlle", "Courtavon", (Role.COUNSELLOR,), "Conseillère en insertion (ateliers)"),
)
