"""Leave is given once and used once, however many ask at the same moment; closing and booking never pass each other (FAULTS 20)."""

import datetime as dt
import time
import uuid
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from billing.actions.drafts import create_draft
from billing.actions.issue import issue
from billing.models import Entry
from billing.rules.draft import Draft, DraftLine
from invoicing_site.actions.approval_policies import set_policy
from invoicing_site.actions.approvals import Act, approve, ask, reject, withdraw
from invoicing_site.actions.periods import close_books
from invoicing_site.errors import ApprovalNeeded, BusinessError
from invoicing_site.models import ApprovalRequest, Event
from payments.actions.refund import record_refund
from payments.models import Refund
from tests.helpers.money import payment
from tests.helpers.people import member
from tests.together import failures, size, together
from tests.world import AT, TODAY, make_world

pytestmark = pytest.mark.django_db(transaction=True)
LOCKED = dt.date(2026, 3, 12)


@pytest.fixture
def acme(transactional_db: None) -> Any:
    world = make_world("acme")
    for what in ("refund", "issue"):
        set_policy(company_id=world.company.pk, what=what, threshold=Decimal(0), actor=world.owner, at=AT)
    return world


def asked(world: Any, act: Act) -> ApprovalRequest:
    return ask(company=world.company, act=act, actor=world.accountant, at=AT)


def test_one_leave_is_one_refund(acme: Any) -> None:
    for turn in range(size(5, 200)):
        paid = payment(acme, "100.00")
        row = asked(acme, Act("refund", ("payment", paid.uuid), amount=Decimal("10.00")))
        approve(company=acme.company, request_uuid=row.uuid, actor=acme.owner, at=AT)
        give = partial(
            record_refund, company=acme.company, payment_uuid=paid.uuid, amount=Decimal("10.00"), refunded_on=TODAY,
            method="transfer", reason="Kulanz", actor=acme.accountant, at=AT,
        )  # fmt: skip
        lost = failures(together([give] * 4))
        assert [type(error) for error in lost] == [ApprovalNeeded] * 3
        assert Refund.objects.count() == turn + 1


def test_two_who_decide_at_once_have_one_answer(acme: Any) -> None:
    second = member(acme.company, "owner")
    for _ in range(size(5, 200)):
        row = asked(acme, Act("refund", ("payment", uuid.uuid4()), amount=Decimal(1)))
        say = {"company": acme.company, "request_uuid": row.uuid, "at": AT}
        results = together(
            [
                partial(approve, actor=acme.owner, **say),
                partial(reject, actor=second, reason="nein", **say),
                partial(withdraw, actor=acme.accountant, **say),
            ]
        )
        row.refresh_from_db()
        lost = failures(results)
        assert {type(error) for error in lost} <= {BusinessError}
        # what was approved may still be withdrawn, after it
        assert (len(lost), row.state) in {(2, "rejected"), (2, "withdrawn"), (1, "withdrawn"), (2, "approved")}


def test_the_same_asked_at_once_is_one_request(acme: Any) -> None:
    for _ in range(size(5, 200)):
        act = Act("refund", ("payment", uuid.uuid4()), amount=Decimal(1))
        found = together([partial(asked, acme, act)] * 4)
        assert failures(found) == []
        assert len({row.pk for row in found}) == 1


def test_a_double_click_uses_one_leave_and_gives_one_number(acme: Any) -> None:
    line = DraftLine("Arbeit", Decimal(1), Decimal("10.00"))
    for _ in range(size(5, 200)):
        draft = Draft(client_id=acme.client.pk, currency="EUR", lines=(line,))
        made = create_draft(company=acme.company, draft=draft, actor=None, at=AT)
        row = asked(acme, Act("issue", ("document", made.uuid), revision=1, amount=Decimal("10.00")))
        approve(company=acme.company, request_uuid=row.uuid, actor=acme.owner, at=AT)
        click = partial(issue, company=acme.company, document_uuid=made.uuid, actor=acme.accountant, at=AT)
        first, second = together([click, click])
        assert first.number == second.number
        assert Event.objects.filter(subject=made.uuid, type="approval.used").count() == 1


BOOK = """
INSERT INTO billing_entry (company_id, uuid, source_kind, source, purpose, booked_on, value_on, rate)
VALUES (%s, gen_random_uuid(), 'document', gen_random_uuid(), 'issue', %s, %s, 1)"""


def test_an_entry_waits_for_a_closing_and_is_refused(acme: Any) -> None:
    """Raw SQL, which takes no lock of ours: the trigger takes it."""

    def close() -> None:
        with transaction.atomic():
            close_books(company_id=acme.company.pk, through=LOCKED, actor=None, at=AT)
            time.sleep(1)

    def book() -> None:
        time.sleep(0.3)
        with connection.cursor() as cursor:
            cursor.execute(BOOK, [acme.company.pk, LOCKED, LOCKED])

    closed, booked = together([close, book])
    assert (closed, type(booked), Entry.objects.count()) == (None, IntegrityError, 0)
