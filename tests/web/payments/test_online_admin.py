"""The admin shows online payments read-only, never what a message says; a message is worked again by the verb."""

from typing import Any

import pytest

from payments.models import InboxEvent
from tests.helpers.crawl import FACTORIES
from tests.helpers.online import begin
from tests.helpers.people import office_client


@pytest.fixture
def browser(world: Any) -> Any:
    return office_client(world.owner)


def test_pages_are_read_only_and_hide_what_was_told(world: Any, browser: Any) -> None:
    FACTORIES["inbox_event"](world)
    begin(world)
    InboxEvent.objects.update(state="dead")
    for name in ("gatewayaccount", "attempt", "inboxevent"):
        assert browser.get(f"/admin/payments/{name}/").status_code == 200
    row = InboxEvent.objects.get()
    page = browser.get(f"/admin/payments/inboxevent/{row.pk}/change/").content.decode()
    assert "evt_crawl" in page
    assert "payload" not in page.lower()


def test_a_dead_letter_is_worked_again_by_whom_may_record_payments(world: Any, browser: Any) -> None:
    FACTORIES["inbox_event"](world)
    row = InboxEvent.objects.get()
    chosen = {"action": "work_again", "_selected_action": str(row.pk), "asked": "1", "reason": "mended"}
    auditor = office_client(world.people["auditor"])
    assert auditor.post("/admin/payments/inboxevent/", chosen).status_code == 403
    row.refresh_from_db()
    assert row.state == "parked"
    assert browser.post("/admin/payments/inboxevent/", chosen).status_code == 302
    row.refresh_from_db()
    assert row.state == "waiting"
