"""The table of rights, by full equality: a new permission fails it until somebody decides."""

import pytest

from crm.access.policy import GRANTS, Actor, Permission, Role, can, require
from crm.errors import NotAllowed

#: Who holds each right. One line each, in the order of Permission (alphabetical).
EXPECTED = {
    Permission.ACCOUNT_ASSIST: "dir adm",
    Permission.AUDIT_READ: "dir",
    Permission.CONTACT_BIN: "dev dir",
    Permission.CONTACT_EDIT: "dev cip cmd dir",
    Permission.CONTACT_EXPORT: "dev dir",
    Permission.CONTACT_READ: "dev cip cmd dir ben",
    Permission.CONVENTION_BIN: "dir",
    Permission.CONVENTION_EDIT: "dev dir",
    Permission.CONVENTION_READ: "dev cip cmd dir",
    Permission.CONVENTION_VALIDATE: "dir",
    Permission.DUPLICATE_DECIDE: "dev cip cmd dir",
    Permission.DUPLICATE_FILE: "dev dir",
    Permission.DUPLICATE_MERGE: "dev dir",
    Permission.DUPLICATE_UNDO_ANY: "dir",
    Permission.IMPORT_UNDO_ANY: "dir",
    Permission.INTERACTION_EDIT_ANY: "dir",
    Permission.INTERACTION_LOG: "dev cip cmd enc dir ben",
    Permission.INTERACTION_READ: "dev cip cmd enc dir ben",
    Permission.METHOD_EDIT: "dir",
    Permission.PARTNER_BIN: "dev dir",
    Permission.PARTNER_EDIT: "dev cip cmd dir",
    Permission.PARTNER_EXPORT: "dev dir",
    Permission.PARTNER_IMPORT: "dev dir",
    Permission.PARTNER_READ: "dev cip cmd enc dir ben",
    Permission.PEOPLE_MANAGE: "dir",
    Permission.PEOPLE_READ: "dir adm",
    Permission.PROJECT_ACT: "dev cip dir",
    Permission.PROJECT_EDIT: "dev dir",
    Permission.PROJECT_READ: "dev cip cmd enc dir ben",
    Permission.PROJECT_VALIDATE: "dir",
    Permission.STRUCTURE_EDIT: "dir adm",
    Permission.TODO_ASSIGN: "dev dir",
    Permission.TODO_DO_ANY: "dir",
    Permission.TODO_DO_OWN: "dev cip cmd enc dir ben",
    Permission.TODO_PLAN: "dev cip cmd enc dir",
}


def someone(*roles: Role) -> Actor:
    """A person of structure 1."""
    return Actor(7, "Inès", 1, frozenset(roles))


@pytest.mark.parametrize("role", Role)
def test_the_table_of_rights(role):
    assert {one for one in Permission if can(someone(role), one)} == {
        permission for permission, roles in EXPECTED.items() if role in roles.split()
    }


def test_the_columns_are_alphabetical():
    assert [str(p) for p in Permission] == sorted(str(p) for p in Permission)
    assert list(EXPECTED) == list(Permission)
    assert set(GRANTS) == set(Role)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_rights_end_at_the_structure(role, permission):
    with pytest.raises(NotAllowed):
        require(someone(role), permission, structure_id=2)


def test_roles_add_up_inside_a_structure():
    both = someone(Role.ADMIN, Role.DIRECTOR)
    assert both.permissions == GRANTS[Role.DIRECTOR]


@pytest.mark.parametrize("permission", Permission)
def test_nobody_and_the_bare_application_hold_nothing(permission):
    assert not can(None, permission)
    assert not can(Actor(None, "planificateur", None, kind="system"), permission)
    assert can(Actor(None, "commande", 1, kind="cli", granted=frozenset({permission})), permission)
