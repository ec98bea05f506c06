"""Settings, Closing: both locks, exceptions with their end, and what happened (SPEC L3)."""

import datetime as dt
from typing import Any

import pytest

from invoicing_site import clock
from invoicing_site.models import Event, Membership, Period, PeriodException
from tests.helpers.people import office_client

pytestmark = pytest.mark.django_db
URL = "/acme/settings/closing/"


def member_id(world: Any, role: str) -> str:
    return str(Membership.objects.get(company=world.company, user=world.people[role]).uuid)


def test_the_soft_lock_moves_and_the_page_says_where_it_stands(world: Any, stranger: Any) -> None:
    owner = office_client(world.owner)
    assert owner.post(f"{URL}soft/", {"through": "2026-02-28", "reason": ""}).status_code == 302
    page = owner.get(URL).content.decode()
    assert [
        part in page for part in ("Locked through 28 Feb 2026", "Nobody has one.", "Soft lock of the books moved")
    ] == [True] * 3
    back = owner.post(f"{URL}soft/", {"through": "", "reason": ""})
    assert (back.status_code, Period.objects.get(company=world.company).soft_through) == (422, dt.date(2026, 2, 28))
    assert owner.post(f"{URL}soft/", {"through": "", "reason": "Prüfung fertig"}).status_code == 302
    assert list(Period.objects.values_list("soft_through", flat=True)) == [None, None]


def test_an_exception_is_given_shown_and_revoked(world: Any) -> None:
    owner, accountant = office_client(world.owner), office_client(world.accountant)
    given = {"person": member_id(world, "accountant"), "days": "2", "reason": "Nachtrag März"}
    assert owner.post(f"{URL}exceptions/", given).status_code == 302
    row = PeriodException.objects.get()
    assert (row.person, row.granted_by, row.expires_at - row.granted_at) == (
        world.accountant,
        world.owner,
        dt.timedelta(2),
    )
    page = owner.get(URL).content.decode()
    assert [part in page for part in ("Accountant Acme", "Nachtrag März", f"{row.uuid}/revoke/")] == [True] * 3
    assert accountant.post(f"{URL}exceptions/{row.uuid}/revoke/").status_code == 302
    row.refresh_from_db()
    assert (row.revoked_by, "Nachtrag März" in owner.get(URL).content.decode().partition("Timeline")[0]) == (
        world.accountant,
        False,
    )


@pytest.mark.parametrize(
    ("who", "change", "status"),
    [
        ("owner", {"days": "8"}, 422),
        ("owner", {"days": "0"}, 422),
        ("owner", {"reason": ""}, 422),
        ("owner", {"person": "owner"}, 422),
        ("owner", {"person": "auditor"}, 422),
        ("owner", {"person": "x"}, 422),
        ("clerk", {}, 403),
        ("auditor", {}, 403),
    ],
)
def test_what_is_refused_writes_nothing(world: Any, who: str, change: dict[str, str], status: int) -> None:
    typed = {"person": "accountant", "days": "1", "reason": "x"} | change
    if typed["person"] in world.people:
        typed["person"] = member_id(world, typed["person"])
    before = Event.objects.count()
    answer = office_client(world.people[who]).post(f"{URL}exceptions/", typed)
    assert (answer.status_code, PeriodException.objects.count(), Event.objects.count()) == (status, 0, before)


def test_everything_here_wants_a_fresh_factor(world: Any) -> None:
    browser = office_client(world.owner, fresh=False)
    for path in ("", "soft/", "exceptions/"):
        assert browser.post(URL + path, {"through": "2026-01-31"}).headers["Location"].startswith("/accounts/step-up/")
    assert list(Period.objects.values_list("closed_through", "soft_through")) == [(None, None)]


def test_the_draft_says_who_may_book_there(world: Any) -> None:
    from tests.helpers.editor import draft_of

    owner = office_client(world.owner)
    yesterday = clock.local_date(clock.now(), "Europe/Berlin") - dt.timedelta(days=1)
    owner.post(f"{URL}soft/", {"through": yesterday.isoformat(), "reason": ""})
    document = draft_of(world, issue_date=yesterday, supply_to=yesterday)
    page = f"/acme/documents/{document.uuid}/"
    accountant = office_client(world.accountant)
    assert "have somebody who closes books give you an exception" in accountant.get(page).content.decode()
    owner.post(f"{URL}exceptions/", {"person": member_id(world, "accountant"), "days": "1", "reason": "Nachtrag"})
    assert "Ready to issue" in accountant.get(page).content.decode()
    assert "Ready to issue" not in owner.get(page).content.decode()
