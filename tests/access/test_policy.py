"""The table of rights, by full equality: a new permission breaks every row until somebody decides."""

import pytest

from crm.access.policy import GRANTS, Actor, Permission, Role, can, require
from crm.errors import NotAllowed

Y, n = True, False
# Columns in the order of Permission (alphabetical).
EXPECTED = {
    #                  account assist, audit read; contact bin, edit, export, read; duplicate decide,
    #                  file, merge, undo any; import undo any;
    #                  interaction edit any, log, read; partner bin, edit, export, import, read;
    #                  people manage, read; structure edit; todo assign, do any, do own, plan
    Role.DEVELOPER:   (n, n,   Y, Y, Y, Y,   Y, Y, Y, n,   n,   n, Y, Y,   Y, Y, Y, Y, Y,   n, n,   n,   Y, n, Y, Y),
    Role.COUNSELLOR:  (n, n,   n, Y, n, Y,   Y, n, n, n,   n,   n, Y, Y,   n, Y, n, n, Y,   n, n,   n,   n, n, Y, Y),
    Role.PLACEMENT:   (n, n,   n, Y, n, Y,   Y, n, n, n,   n,   n, Y, Y,   n, Y, n, n, Y,   n, n,   n,   n, n, Y, Y),
    Role.SUPERVISOR:  (n, n,   n, n, n, n,   n, n, n, n,   n,   n, Y, Y,   n, n, n, n, Y,   n, n,   n,   n, n, Y, Y),
    Role.DIRECTOR:    (Y, Y,   Y, Y, Y, Y,   Y, Y, Y, Y,   Y,   Y, Y, Y,   Y, Y, Y, Y, Y,   Y, Y,   Y,   Y, Y, Y, Y),
    Role.BOARD:       (n, n,   n, n, n, n,   n, n, n, n,   n,   n, n, n,   n, n, n, n, n,   n, n,   n,   n, n, n, n),
    Role.ADMIN:       (Y, n,   n, n, n, n,   n, n, n, n,   n,   n, n, n,   n, n, n, n, n,   n, Y,   Y,   n, n, n, n),
    Role.VOLUNTEER:   (n, n,   n, n, n, Y,   n, n, n, n,   n,   n, Y, Y,   n, n, n, n, Y,   n, n,   n,   n, n, Y, n),
    Role.TUTOR:       (n, n,   n, n, n, n,   n, n, n, n,   n,   n, n, n,   n, n, n, n, n,   n, n,   n,   n, n, n, n),
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
