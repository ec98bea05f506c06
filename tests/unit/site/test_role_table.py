"""The role table says what SPEC A2 says, and no more."""

import pytest

from invoicing_site.rules import roles
from invoicing_site.states import Role


def test_every_role_is_in_the_table() -> None:
    assert set(roles.PERMISSIONS) == set(Role.values)


def test_each_role_includes_the_weaker_one() -> None:
    table = roles.PERMISSIONS
    assert table["auditor"] < table["clerk"] < table["accountant"] < table["owner"]


def test_an_auditor_changes_nothing() -> None:
    assert all(permission.endswith(".view") for permission in roles.PERMISSIONS["auditor"])


@pytest.mark.parametrize(
    "permission", ["refunds.record", "books.close", "payments.record", "documents.void", "team.edit", "bank.edit"]
)
def test_a_clerk_drafts_and_sends_and_no_more(permission: str) -> None:
    assert not roles.may("clerk", permission)
    assert roles.may("clerk", "documents.issue")


@pytest.mark.parametrize("permission", ["team.edit", "bank.edit", "settings.edit"])
def test_only_owners_touch_team_bank_and_company(permission: str) -> None:
    assert [role for role in Role.values if roles.may(role, permission)] == ["owner"]


def test_an_unknown_role_may_nothing_and_an_unknown_permission_is_a_mistake() -> None:
    assert not any(roles.may("god", permission) for permission in roles.ALL)
    with pytest.raises(KeyError):
        roles.may("owner", "documents.fly")


def test_what_needs_step_up_exists() -> None:
    assert roles.ALL > roles.STEP_UP
