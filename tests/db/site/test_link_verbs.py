"""Links: made for one purpose and a time, closed for good."""

import datetime as dt
import uuid
from typing import Any

import pytest

from invoicing_site import links
from invoicing_site.actions.links import link_url, make_link, revoke_link
from invoicing_site.errors import BusinessError
from invoicing_site.linked import read
from invoicing_site.links import TOKEN
from invoicing_site.models import Event, Link
from tests.world import AT

pytestmark = pytest.mark.django_db
SUBJECT = ("document", uuid.UUID(int=7))


def make(world: Any, purpose: str = "view", days: int = 30, **fields: Any) -> Link:
    given = {"subject": SUBJECT, "recipient": " Ada@Nordlicht.example ", "actor": world.owner, "at": AT} | fields
    return make_link(company=world.company, purpose=purpose, days=days, **given)


def test_a_link_says_what_for_and_until_when(world: Any) -> None:
    link = make(world, "pay")
    assert (link.purpose, link.subject_kind, link.subject, link.recipient) == ("pay", *SUBJECT, "ada@nordlicht.example")
    assert (link.expires_at, link.revoked_at, link.created_by) == (AT + dt.timedelta(days=30), None, world.owner)
    row = Event.objects.get(type="link.made")
    assert (row.subject_kind, row.subject) == SUBJECT
    assert row.data == {"link": str(link.uuid), "purpose": "pay", "days": 30}


@pytest.mark.parametrize(
    ("purpose", "days", "code"), [("own", 30, "link.purpose"), ("view", 0, "link.days"), ("view", 3651, "link.days")]
)
def test_refused_links_are_not_made(world: Any, purpose: str, days: int, code: str) -> None:
    before = Event.objects.count()
    with pytest.raises(BusinessError, match=code.replace(".", r"\.")):
        make(world, purpose, days)
    assert (Link.objects.count(), Event.objects.count()) == (0, before)


def test_revoked_twice_is_once_and_nobody_elses(world: Any, stranger: Any) -> None:
    link = make(world)
    with pytest.raises(BusinessError, match="not_found"):
        revoke_link(company=stranger.company, link_uuid=link.uuid, actor=stranger.owner, at=AT)
    for at in (AT, AT + dt.timedelta(days=1)):
        revoke_link(company=world.company, link_uuid=link.uuid, actor=world.owner, at=at)
    link.refresh_from_db()
    assert link.revoked_at == AT
    assert Event.objects.filter(type="link.revoked", subject=SUBJECT[1]).count() == 1


def test_who_may_pay_may_look_and_not_the_other_way_round(world: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("invoicing_site.clock.now", lambda: AT)
    tokens = {purpose: links.make(TOKEN, make(world, purpose).uuid) for purpose in ("view", "pay")}
    opened = {
        (purpose, page): read(token, {"view", "pay"} if page == "view" else {"pay"}) is not None
        for purpose, token in tokens.items()
        for page in ("view", "pay")
    }
    assert opened == {("view", "view"): True, ("view", "pay"): False, ("pay", "view"): True, ("pay", "pay"): True}


def test_the_address_comes_from_the_settings(world: Any, settings: Any) -> None:
    settings.BASE_URL = "https://bill.example"
    link = make(world)
    assert link_url(link) == f"https://bill.example/l/{links.make(TOKEN, link.uuid)}/"
