"""
The one table of rights. What is not written here is refused.

Source: the matrix of docs/rules/permissions.md. Rights come from roles AND structure: an actor holds the
roles of one membership, and they never add up across structures.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from crm.errors import NotAllowed
from crm.wording import N_, Labelled


class Role(Labelled):
    """What a person is in a structure. One person may hold several."""

    DEVELOPER = "dev", N_("Responsable du développement")
    COUNSELLOR = "cip", N_("Conseil en insertion (CIP)")
    PLACEMENT = "cmd", N_("Chargé·e de mise à disposition")
    SUPERVISOR = "enc", N_("Encadrement technique")
    DIRECTOR = "dir", N_("Direction")
    BOARD = "ca", N_("Conseil d'administration")
    ADMIN = "adm", N_("Administration de l'application")
    VOLUNTEER = "ben", N_("Bénévole")
    TUTOR = "tut", N_("Tuteur ou tutrice d'accueil")


class Permission(StrEnum):
    """One thing that a view or a service may ask for. Alphabetical."""

    ACCOUNT_ASSIST = "account_assist"
    AUDIT_READ = "audit_read"
    CONTACT_BIN = "contact_bin"
    CONTACT_EDIT = "contact_edit"
    CONTACT_EXPORT = "contact_export"
    CONTACT_READ = "contact_read"
    CONVENTION_BIN = "convention_bin"
    CONVENTION_EDIT = "convention_edit"
    CONVENTION_READ = "convention_read"
    CONVENTION_VALIDATE = "convention_validate"
    DUPLICATE_DECIDE = "duplicate_decide"
    DUPLICATE_FILE = "duplicate_file"
    DUPLICATE_MERGE = "duplicate_merge"
    DUPLICATE_UNDO_ANY = "duplicate_undo_any"
    IMPORT_UNDO_ANY = "import_undo_any"
    INTERACTION_EDIT_ANY = "interaction_edit_any"
    INTERACTION_LOG = "interaction_log"
    INTERACTION_READ = "interaction_read"
    METHOD_EDIT = "method_edit"
    PARTNER_BIN = "partner_bin"
    PARTNER_EDIT = "partner_edit"
    PARTNER_EXPORT = "partner_export"
    PARTNER_IMPORT = "partner_import"
    PARTNER_READ = "partner_read"
    PEOPLE_MANAGE = "people_manage"
    PEOPLE_READ = "people_read"
    PROJECT_ACT = "project_act"
    PROJECT_EDIT = "project_edit"
    PROJECT_READ = "project_read"
    PROJECT_VALIDATE = "project_validate"
    STRUCTURE_EDIT = "structure_edit"
    TODO_ASSIGN = "todo_assign"
    TODO_DO_ANY = "todo_do_any"
    TODO_DO_OWN = "todo_do_own"
    TODO_PLAN = "todo_plan"


P = Permission

_FIELD = frozenset(
    {
        P.CONTACT_EDIT,
        P.CONTACT_READ,
        P.INTERACTION_LOG,
        P.INTERACTION_READ,
        P.PARTNER_EDIT,
        P.PARTNER_READ,
        P.TODO_DO_OWN,
        P.TODO_PLAN,
    }
)

#: To the bin and out of the house: what nobody does from the field.
_KEEPING = frozenset({P.CONTACT_BIN, P.CONTACT_EXPORT, P.PARTNER_BIN, P.PARTNER_EXPORT})

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.DEVELOPER: _FIELD
    | _KEEPING
    | {
        P.CONVENTION_EDIT,
        P.CONVENTION_READ,
        P.DUPLICATE_DECIDE,
        P.DUPLICATE_FILE,
        P.DUPLICATE_MERGE,
        P.PARTNER_IMPORT,
        P.PROJECT_ACT,
        P.PROJECT_EDIT,
        P.PROJECT_READ,
        P.TODO_ASSIGN,
    },
    Role.COUNSELLOR: _FIELD | {P.CONVENTION_READ, P.DUPLICATE_DECIDE, P.PROJECT_ACT, P.PROJECT_READ},
    Role.PLACEMENT: _FIELD | {P.CONVENTION_READ, P.DUPLICATE_DECIDE, P.PROJECT_READ},
    # The matrix gives a supervisor the contacts of their own immersions only; until immersions exist there are none.
    Role.SUPERVISOR: frozenset(
        {P.INTERACTION_LOG, P.INTERACTION_READ, P.PARTNER_READ, P.PROJECT_READ, P.TODO_DO_OWN, P.TODO_PLAN}
    ),
    Role.DIRECTOR: _FIELD
    | _KEEPING
    | {
        P.ACCOUNT_ASSIST,
        P.AUDIT_READ,
        P.CONVENTION_BIN,
        P.CONVENTION_EDIT,
        P.CONVENTION_READ,
        P.CONVENTION_VALIDATE,
        P.DUPLICATE_DECIDE,
        P.DUPLICATE_FILE,
        P.DUPLICATE_MERGE,
        P.DUPLICATE_UNDO_ANY,
        P.IMPORT_UNDO_ANY,
        P.INTERACTION_EDIT_ANY,
        P.METHOD_EDIT,
        P.PARTNER_IMPORT,
        P.PEOPLE_MANAGE,
        P.PEOPLE_READ,
        P.PROJECT_ACT,
        P.PROJECT_EDIT,
        P.PROJECT_READ,
        P.PROJECT_VALIDATE,
        P.STRUCTURE_EDIT,
        P.TODO_ASSIGN,
        P.TODO_DO_ANY,
    },
    Role.BOARD: frozenset(),
    # Sends invitations and resets again, disables accounts; grants no role and opens no file.
    Role.ADMIN: frozenset({P.ACCOUNT_ASSIST, P.PEOPLE_READ, P.STRUCTURE_EDIT}),
    Role.VOLUNTEER: frozenset(
        {P.CONTACT_READ, P.INTERACTION_LOG, P.INTERACTION_READ, P.PARTNER_READ, P.PROJECT_READ, P.TODO_DO_OWN}
    ),
    Role.TUTOR: frozenset(),
}


#: What a phone enrolled by its owner may do for 30 days without a password: partners and exchanges, nothing about
#: employees, no accounts, no import.
FIELD_REACH = _FIELD


@dataclass(frozen=True, slots=True)
class Actor:
    """
    Who acts: a person in one structure, or the application itself.

    `kind` is 'user', 'cli' or 'system'. The last two hold every right named in `granted`, and nothing else.
    `reach`, when given, is all that this session may use of the roles' rights until the password is given again.
    """

    user_id: int | None
    name: str
    structure_id: int | None
    roles: frozenset[Role] = frozenset()
    kind: str = "user"
    granted: frozenset[Permission] = field(default=frozenset())
    reach: frozenset[Permission] | None = None

    @property
    def permissions(self) -> frozenset[Permission]:
        """The union of what the roles grant in this structure, within the session's reach."""
        return self.granted | (self.full_permissions if self.reach is None else self.full_permissions & self.reach)

    @property
    def full_permissions(self) -> frozenset[Permission]:
        """What the roles grant, whatever the session's reach."""
        return _granted_to(self.roles)


@cache
def _granted_to(roles: frozenset[Role]) -> frozenset[Permission]:
    """One answer for each set of roles that was ever asked: a page asks hundreds of times."""
    return frozenset().union(*(GRANTS.get(role, frozenset()) for role in roles))


def can(actor: Actor | None, permission: Permission) -> bool:
    """Whether the table grants `permission` to the actor, in the actor's own structure."""
    return actor is not None and permission in actor.permissions


def require(actor: Actor | None, permission: Permission, *, structure_id: int | None = None) -> None:
    """Raise NotAllowed unless granted and, when `structure_id` is given, the thing is of the actor's structure."""
    if not can(actor, permission):
        raise NotAllowed
    if structure_id is not None and (actor is None or actor.structure_id != structure_id):
        raise NotAllowed
