"""The table of rights, by full equality: a new permission breaks every row until somebody decides."""

import pytest

from crm.access.policy import GRANTS, Actor, Permission, Role, can, require
from crm.errors import NotAllowed

YES, NO = True, False
# Columns in the order of Permission (alphabetical).
EXPECTED = {
    #                 account audit contact    interaction partner           people       struct todo
    #                 assist  read  edit read  log  read   edit import read  manage read  edit   assign any  own  plan
    Role.DEVELOPER:   (NO,     NO,   YES, YES,  YES, YES,   YES, YES,   YES,  NO,     NO,   NO,    YES,    NO,  YES, YES),
    Role.COUNSELLOR:  (NO,     NO,   YES, YES,  YES, YES,   YES, NO,    YES,  NO,     NO,   NO,    NO,     NO,  YES, YES),
    Role.PLACEMENT:   (NO,     NO,   YES, YES,  YES, YES,   YES, NO,    YES,  NO,     NO,   NO,    NO,     NO,  YES, YES),
    Role.SUPERVISOR:  (NO,     NO,   NO,  NO,   YES, YES,   NO,  NO,    YES,  NO,     NO,   NO,    NO,     NO,  YES, YES),
    Role.DIRECTOR:    (YES,    YES,  YES, YES,  YES, YES,   YES, YES,   YES,  YES,    YES,  YES,   YES,    YES, YES, YES),
    Role.BOARD:       (NO,     NO,   NO,  NO,   NO,  NO,    NO,  NO,    NO,   NO,     NO,   NO,    NO,     NO,  NO,  NO),
    Role.ADMIN:       (YES,    NO,   NO,  NO,   NO,  NO,    NO,  NO,    NO,   NO,     YES,  YES,   NO,     NO,  NO,  NO),
    Role.VOLUNTEER:   (NO,     NO,   NO,  YES,  YES, YES,   NO,  NO,    YES,  NO,     NO,   NO,    NO,     NO,  YES, NO),
    Role.TUTOR:       (NO,     NO,   NO,  NO,   NO,  NO,    NO,  NO,    NO,   NO,     NO,   NO,    NO,     NO,  NO,  NO),
}  # fmt: skip


def someone(*roles: Role) -> Actor:
    """A person of structure 1."""
    return Actor(7, "Inès", 1, frozenset(roles))


@pytest.mark.parametrize("role", Role)
def test_the_table_of_rights(role):
    assert tuple(can(someone(role), permission) for permission in Permission) == EXPECTED[role]


def test_the_columns_are_alphabetical():
    assert [str(p) for p in Permission] == sorted(str(p) for p in Permission)
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
