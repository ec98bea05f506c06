"""The draft's page warns of what looks the same, and issues only when somebody says it is none (SPEC B5)."""

import re
from decimal import Decimal
from typing import Any

import pytest

from billing.models import Dismissal, Document
from billing.rules.draft import DraftLine
from tests.helpers.editor import draft_of
from tests.helpers.money import invoice
from tests.helpers.people import office_client
from tests.world import TODAY

pytestmark = pytest.mark.django_db


def alike(world: Any) -> Document:
    return draft_of(
        world, DraftLine("Arbeit", Decimal(1), Decimal(100)), allowances=(), supply_to=None, issue_date=TODAY
    )


def form(browser: Any, page: str) -> dict[str, str]:
    found = re.search(rf'<form[^>]*action="{page}issue/"[^>]*>(.*?)</form>', browser.get(page).content.decode(), re.S)
    assert found
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', found[1]))


@pytest.mark.parametrize("path", ["issue/", "issue-and-send/"])
def test_issuing_a_twin_wants_a_tick(world: Any, path: str) -> None:
    first, again, clerk = invoice(world), alike(world), office_client(world.people["clerk"])
    page = f"/acme/documents/{again.uuid}/"
    shown = clerk.get(page).content.decode()
    assert ("An issued document looks like this one." in shown, f"/acme/documents/{first.uuid}/" in shown) == (
        True,
        True,
    )
    refused = clerk.post(page + path, form(clerk, page))
    assert (refused.status_code, f"This looks like {first.number}" in refused.content.decode()) == (422, True)
    again.refresh_from_db()
    assert again.state == "draft"
    assert clerk.post(page + path, form(clerk, page) | {"twins": "1"}).status_code == 302
    again.refresh_from_db()
    assert again.state == "issued"


def test_a_dismissal_is_remembered_and_a_copy_forgets_it(world: Any, stranger: Any) -> None:
    first, again, clerk = invoice(world), alike(world), office_client(world.people["clerk"])
    page, foreign = f"/acme/documents/{again.uuid}/", invoice(stranger)
    assert clerk.post(f"{page}no-duplicate/{foreign.uuid}/").status_code == 404
    assert office_client(world.people["auditor"]).post(f"{page}no-duplicate/{first.uuid}/").status_code == 403
    assert Dismissal.objects.count() == 0
    assert clerk.post(f"{page}no-duplicate/{first.uuid}/").status_code == 302
    assert "looks like this one" not in clerk.get(page).content.decode()
    assert "looks like this one" in clerk.get(f"/acme/documents/{alike(world).uuid}/").content.decode()
    assert clerk.post(f"{page}issue/", form(clerk, page)).status_code == 302
    assert Document.objects.get(pk=again.pk).state == "issued"
