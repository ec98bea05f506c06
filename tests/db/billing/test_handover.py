"""Work of somebody who leaves goes on under another name."""

from typing import Any

import pytest

from billing.actions.drafts import create_draft
from billing.actions.issue import issue
from billing.models import Document
from billing.rules.draft import Draft, DraftLine
from invoicing_site.actions.people import end_membership
from invoicing_site.errors import BusinessError
from invoicing_site.models import Membership
from tests.world import AT, cents

pytestmark = pytest.mark.django_db


def draft_of(world: Any, who: str) -> Document:
    lines = (DraftLine("Arbeit", cents("1"), cents("100.00")),)
    draft = Draft(client_id=world.client.pk, currency="EUR", lines=lines)
    return create_draft(company=world.company, draft=draft, actor=world.people[who], at=AT)


def leave(world: Any, who: str, heir: str | None) -> None:
    rows = {m.user_id: m.uuid for m in Membership.objects.for_company(world.company)}
    end_membership(
        membership=rows[world.people[who].pk],
        company=world.company,
        successor=rows[world.people[heir].pk] if heir else None,
        actor=world.owner,
        at=AT,
    )


def test_drafts_and_open_documents_get_the_heir_and_nothing_else_changes(world: Any, stranger: Any) -> None:
    draft, other, foreign = draft_of(world, "clerk"), draft_of(world, "accountant"), draft_of(stranger, "clerk")
    open_one = draft_of(world, "clerk")
    issue(company=world.company, document_uuid=open_one.uuid, actor=world.people["clerk"], at=AT)
    before = Document.objects.get(pk=open_one.pk)
    leave(world, "clerk", "accountant")
    assignees = dict(Document.objects.values_list("pk", "assignee__email"))
    assert assignees == {
        draft.pk: "accountant@acme.example",
        open_one.pk: "accountant@acme.example",
        other.pk: "accountant@acme.example",
        foreign.pk: "clerk@globex.example",
    }
    after = Document.objects.get(pk=open_one.pk)
    assert (after.number, after.total, after.created_by) == (before.number, before.total, world.people["clerk"])
    assert after.history.latest().history_user == world.owner


def test_open_work_without_an_heir_holds_the_goodbye_up(world: Any) -> None:
    draft_of(world, "clerk")
    with pytest.raises(BusinessError, match="member.successor"):
        leave(world, "clerk", None)
    assert Membership.objects.for_company(world.company).filter(ended_at=None).count() == 4
    leave(world, "auditor", None)
    assert Membership.objects.for_company(world.company).filter(ended_at=None).count() == 3
