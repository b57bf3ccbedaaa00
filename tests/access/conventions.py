"""What the identifiers of the addresses of conventions name, for the matrix."""

import hashlib
import secrets
from datetime import date
from pathlib import Path

from crm import clock
from crm.accounts.models import Structure, User
from crm.conventions.models import ClauseTemplate, ConventionFile, SigningDelegation
from crm.interactions.documents.enums import DocumentKind
from tests.factories import Factory


def a_convention(make: Factory, structure: Structure, _user: User) -> str:
    """Of one structure."""
    return make.convention(make.partner(), structure=structure).public_id


def a_signed_copy(make: Factory, structure: Structure, _user: User) -> str:
    """Of one structure."""
    convention = make.convention(make.partner(), structure=structure)
    folder = Path(make.app.config["INSTANCE"]) / "conventions"
    folder.mkdir(exist_ok=True)
    key = secrets.token_urlsafe(32)
    (folder / key).write_bytes(b"%PDF-1.7")
    values = {"name": "signee.pdf", "kind": DocumentKind.PDF, "size": 8, "created_at": clock.now()}
    file = ConventionFile(structure_id=structure.id, convention_id=convention.id, key=key, **values)
    file.sha256 = hashlib.sha256(b"%PDF-1.7").hexdigest()
    public_id: str = make.add(file).public_id
    return public_id


def a_clause_template(make: Factory, structure: Structure, _user: User) -> str:
    """Of one structure."""
    public_id: str = make.add(ClauseTemplate(structure_id=structure.id, title="Objet", text="Texte")).public_id
    return public_id


def a_delegation(make: Factory, structure: Structure, user: User) -> str:
    """Of one structure."""
    one = SigningDelegation(structure_id=structure.id, user_id=user.id, starts_on=date(2026, 1, 1))
    public_id: str = make.add(one).public_id
    return public_id


#: As NAMED of test_matrix.py.
NAMED = {
    "convention_settings.attach": (a_delegation, False),
    "convention_settings.drop_template": (a_clause_template, False),
    "convention_settings.edit_delegation": (a_delegation, False),
    "convention_settings.edit_template": (a_clause_template, False),
    "conventions.attach": (a_convention, False),
    "conventions.clauses": (a_convention, False),
    "conventions.commitments": (a_convention, False),
    "conventions.dates": (a_convention, False),
    "conventions.edit": (a_convention, False),
    "conventions.keep": (a_convention, False),
    "conventions.move": (a_convention, False),
    "conventions.page": (a_convention, False),
    "conventions.pdf": (a_convention, False),
    "conventions.preview": (a_convention, False),
    "conventions.reinstate": (a_convention, False),
    "conventions.renew": (a_convention, False),
    "conventions.restore": (a_convention, False),
    "conventions.show": (a_convention, False),
    "conventions.sign": (a_convention, False),
    "conventions.signatories": (a_convention, False),
    "conventions.terminate": (a_convention, False),
    "conventions.to_bin": (a_convention, False),
    "conventions.versions": (a_convention, False),
    "conventions.download": (a_signed_copy, False),
    "conventions.put_back": (a_signed_copy, False),
    "conventions.remove": (a_signed_copy, False),
}
