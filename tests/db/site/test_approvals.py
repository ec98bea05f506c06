"""The two-person rule: nobody alone, once, for exactly what was shown (SPEC A5; FAULTS 20, 48)."""

import datetime as dt
import json
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from invoicing_site.actions.approval_policies import carry_out_policy, set_policy
from invoicing_site.actions.approvals import Act, approve, ask, demand, reject, withdraw
from invoicing_site.actions.bank_accounts import add_bank_account, carry_out_bank_details, change_bank_account
from invoicing_site.errors import ApprovalNeeded, BusinessError
from invoicing_site.messages import sentence
from invoicing_site.models import ApprovalPolicy, ApprovalRequest, BankAccount, Event, Mail, Membership
from tests.helpers.people import member
from tests.world import AT

DAY = dt.timedelta(days=1)
SUBJECT = ("document", uuid.UUID(int=7))
HUNDRED = Decimal("100.00")


def policy(world: Any, what: str = "refund", above: str | None = "50.00") -> ApprovalPolicy:
    threshold = None if above is None else Decimal(above)
    return set_policy(company_id=world.company.pk, what=what, threshold=threshold, actor=world.owner, at=AT)


def act(**changes: Any) -> Act:
    return Act(**({"what": "refund", "subject": SUBJECT, "revision": 3, "amount": HUNDRED} | changes))


def wants(world: Any, wanted: Act, at: dt.datetime = AT, actor: Any = None) -> None:
    demand(
        company=world.company, what=wanted.what, subject=wanted.subject, revision=wanted.revision,
        amount_base=wanted.amount, content=wanted.content, actor=actor or world.accountant, at=at,
    )  # fmt: skip


def asked(world: Any, by: Any = None, wanted: Act | None = None, at: dt.datetime = AT) -> ApprovalRequest:
    return ask(company=world.company, act=wanted or act(), note="Kulanz", actor=by or world.accountant, at=at)


def given(world: Any, row: ApprovalRequest, by: Any = None, at: dt.datetime = AT) -> ApprovalRequest:
    return approve(company=world.company, request_uuid=row.uuid, actor=by or world.owner, at=at)


def told(row: ApprovalRequest) -> list[str]:
    return list(Event.objects.filter(subject=row.subject).order_by("id").values_list("type", flat=True))


def alone(world: Any) -> None:
    Membership.objects.for_company(world.company).exclude(user=world.owner).update(ended_at=AT)


def test_without_a_policy_and_below_the_threshold_nobody_is_asked(world: Any, stranger: Any) -> None:
    policy(stranger, above="0")
    wants(world, act())
    policy(world, above="100.00")
    wants(world, act())
    policy(world, what="write_off", above="0")
    wants(world, act())
    assert ApprovalRequest.objects.count() == 0


def test_above_it_a_second_person_must_agree_and_it_holds_once(world: Any) -> None:
    policy(world)
    with pytest.raises(ApprovalNeeded) as needed:
        wants(world, act())
    assert needed.value.act == act()
    assert sentence(needed.value) == "Refund: a second person must agree to this. Ask for approval."
    row = asked(world)
    with pytest.raises(BusinessError, match=r"approval\.waiting"):
        wants(world, act())
    given(world, row)
    wants(world, act(amount=Decimal("99.00")))
    row.refresh_from_db()
    assert (row.state, row.ended_by, row.ended_at, row.decided_by) == ("used", world.accountant, AT, world.owner)
    assert told(row) == ["approval.asked", "approval.approved", "approval.used"]
    with pytest.raises(ApprovalNeeded):
        wants(world, act())


@pytest.mark.parametrize(
    "other",
    [
        {"revision": 4},
        {"amount": Decimal("100.01")},
        {"content": "else"},
        {"subject": ("document", uuid.UUID(int=8))},
    ],
)
def test_leave_is_for_what_was_shown_and_nothing_else(world: Any, other: dict[str, Any]) -> None:
    policy(world)
    row = given(world, asked(world))
    with pytest.raises(ApprovalNeeded):
        wants(world, act(**other))
    row.refresh_from_db()
    assert row.state == "approved"


def test_asking_twice_is_one_request_and_a_change_replaces_it(world: Any) -> None:
    policy(world)
    first = asked(world)
    assert asked(world).pk == first.pk
    second = asked(world, wanted=act(revision=4))
    first.refresh_from_db()
    assert (first.state, second.state) == ("withdrawn", "waiting")
    policy_off = asked(world, by=world.owner, wanted=Act("policy", ("approval_policy", uuid.uuid4()), content="off"))
    assert policy_off.state == "waiting"


def test_nothing_is_asked_where_nobody_is_needed(world: Any) -> None:
    with pytest.raises(BusinessError, match=r"approval\.not_needed"):
        asked(world)
    policy(world, above="100.00")
    with pytest.raises(BusinessError, match=r"approval\.not_needed"):
        asked(world)
    assert ApprovalRequest.objects.count() == 0


def test_nobody_decides_on_their_own_and_no_clerk_or_stranger_at_all(world: Any, stranger: Any) -> None:
    policy(world)
    row = asked(world)
    for person, code in (
        (world.accountant, "approval.own"),
        (world.people["clerk"], "role.not_allowed"),
        (world.people["auditor"], "role.not_allowed"),
        (stranger.owner, "role.not_allowed"),
    ):
        with pytest.raises(BusinessError) as refused:
            given(world, row, by=person)
        assert refused.value.code == code
        with pytest.raises(BusinessError) as refused:
            reject(company=world.company, request_uuid=row.uuid, reason="no", actor=person, at=AT)
        assert refused.value.code == code
    with pytest.raises(BusinessError, match="not_found"):
        approve(company=stranger.company, request_uuid=row.uuid, actor=stranger.owner, at=AT)
    row.refresh_from_db()
    assert (row.state, row.decided_by) == ("waiting", None)


def test_somebody_who_lost_the_role_decides_no_more(world: Any) -> None:
    policy(world)
    second = member(world.company, "accountant")
    row = asked(world)
    Membership.objects.filter(user=second).update(role="clerk")
    with pytest.raises(BusinessError, match=r"role\.not_allowed"):
        given(world, row, by=second)


def test_two_of_the_same_role_check_each_other(world: Any) -> None:
    policy(world)
    second = member(world.company, "accountant")
    row = given(world, asked(world), by=second)
    assert (row.state, row.single_handed, row.usable_from) == ("approved", False, AT)


def test_who_is_alone_waits_a_day_and_every_owner_is_told(world: Any, stranger: Any) -> None:
    policy(world)
    alone(world)
    row = given(world, asked(world, by=world.owner))
    assert (row.single_handed, row.usable_from) == (True, AT + DAY)
    assert told(row) == ["approval.asked", "approval.single_handed"]
    mails = Mail.objects.filter(kind="approval")
    assert [(mail.company, mail.recipient, mail.subject) for mail in mails] == [
        (world.company, world.owner.email, row.uuid)
    ]
    with pytest.raises(BusinessError, match=r"approval\.not_yet") as early:
        wants(world, act(), at=AT + DAY - dt.timedelta(seconds=1), actor=world.owner)
    assert "24 hours" in sentence(early.value)
    wants(world, act(), at=AT + DAY, actor=world.owner)
    row.refresh_from_db()
    assert row.state == "used"


def test_refusal_wants_a_reason_and_ends_it(world: Any) -> None:
    policy(world)
    row = asked(world)
    with pytest.raises(BusinessError, match=r"reason\.missing"):
        reject(company=world.company, request_uuid=row.uuid, reason=" ", actor=world.owner, at=AT)
    reject(company=world.company, request_uuid=row.uuid, reason="Zu viel", actor=world.owner, at=AT)
    with pytest.raises(BusinessError, match=r"approval\.closed"):
        given(world, row)
    with pytest.raises(ApprovalNeeded):
        wants(world, act())
    row.refresh_from_db()
    assert (row.state, row.reason) == ("rejected", "Zu viel")


def test_a_request_is_withdrawn_by_who_asked_or_who_decides(world: Any) -> None:
    policy(world)
    row = given(world, asked(world, by=world.people["clerk"]))
    with pytest.raises(BusinessError, match=r"role\.not_allowed"):
        withdraw(company=world.company, request_uuid=row.uuid, actor=world.people["auditor"], at=AT)
    withdraw(company=world.company, request_uuid=row.uuid, actor=world.people["clerk"], at=AT)
    with pytest.raises(BusinessError, match=r"approval\.closed"):
        withdraw(company=world.company, request_uuid=row.uuid, actor=world.owner, at=AT)
    with pytest.raises(ApprovalNeeded):
        wants(world, act())


def test_leave_ends_after_two_weeks(world: Any) -> None:
    policy(world)
    row, later = given(world, asked(world)), AT + 14 * DAY
    with pytest.raises(ApprovalNeeded):
        wants(world, act(), at=later)
    again = asked(world, at=later)
    row.refresh_from_db()
    assert (row.state, again.state) == ("expired", "waiting")
    with pytest.raises(BusinessError, match=r"approval\.closed"):
        given(world, again, at=later + 14 * DAY)


def test_a_failed_act_keeps_its_leave(world: Any) -> None:
    policy(world)
    row = given(world, asked(world))
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        wants(world, act())
        _ = 1 / 0
    row.refresh_from_db()
    assert row.state == "approved"


def test_a_rule_is_tightened_alone_and_loosened_by_two(world: Any) -> None:
    row = policy(world, above="50.00")
    policy(world, above="10.00")
    for above in ("10.01", None):
        with pytest.raises(ApprovalNeeded) as needed:
            policy(world, above=above)
        row.refresh_from_db()
        assert row.threshold == 10
    request = asked(world, by=world.owner, wanted=needed.value.act)  # type: ignore[arg-type]
    given(world, request, by=world.accountant)
    carry_out_policy(company=world.company, request_uuid=request.uuid, actor=world.owner, at=AT)
    row.refresh_from_db()
    assert row.threshold is None
    changes = Event.objects.filter(type="approval.policy_changed").order_by("id")
    assert [event.data["above"] for event in changes] == ["50.00", "10.00", None]


@pytest.mark.parametrize("above", [Decimal(-1), Decimal("1.001")])
def test_a_threshold_is_an_amount(world: Any, above: Decimal) -> None:
    with pytest.raises(BusinessError, match=r"approval\.amount"):
        set_policy(company_id=world.company.pk, what="refund", threshold=above, actor=world.owner, at=AT)
    with pytest.raises(BusinessError, match="not_found"):
        set_policy(company_id=world.company.pk, what="policy", threshold=HUNDRED, actor=world.owner, at=AT)
    with pytest.raises(BusinessError, match=r"role\.not_allowed"):
        set_policy(company_id=world.company.pk, what="refund", threshold=HUNDRED, actor=world.accountant, at=AT)
    assert ApprovalPolicy.objects.count() == 0


def test_bank_details_are_written_word_for_word_as_agreed(world: Any) -> None:
    policy(world, "bank_details", "0")
    account, second = BankAccount.objects.get(company=world.company), member(world.company, "owner")
    new = {"iban": "DE89370400440532013000", "label": "Neu"}
    with pytest.raises(ApprovalNeeded) as needed:
        change_bank_account(company_id=world.company.pk, account_uuid=account.uuid, actor=world.owner, at=AT, **new)
    request = asked(world, by=world.owner, wanted=needed.value.act)  # type: ignore[arg-type]
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM invoicing_site_approvalrequest")
        assert b"3704" not in bytes(cursor.fetchone()[0])
    given(world, request, by=second)
    with pytest.raises(ApprovalNeeded):
        other = {"iban": "DE02120300000000202051", "label": "Andere"}
        change_bank_account(company_id=world.company.pk, account_uuid=account.uuid, actor=world.owner, at=AT, **other)
    carry_out_bank_details(company=world.company, request_uuid=request.uuid, actor=world.owner, at=AT)
    account.refresh_from_db()
    assert (account.iban, account.label) == (new["iban"], new["label"])
    with pytest.raises(ApprovalNeeded):
        carry_out_bank_details(
            company=world.company, request_uuid=_another(world, account, second).uuid, actor=world.owner, at=AT
        )


def _another(world: Any, account: BankAccount, second: Any) -> ApprovalRequest:
    """Approved, then withdrawn: no leave."""
    content = json.dumps({"verb": "archive", "fields": {}}, sort_keys=True)
    wanted = Act("bank_details", ("bank_account", account.uuid), content=content)
    row = given(world, asked(world, by=world.owner, wanted=wanted), by=second)
    return withdraw(company=world.company, request_uuid=row.uuid, actor=second, at=AT)


def test_a_new_account_and_an_archived_one_need_two_as_well(world: Any) -> None:
    policy(world, "bank_details", "0")
    fields = {"label": "Zweites", "holder": "Acme GmbH", "iban": "DE89370400440532013000", "currency": "CHF"}
    with pytest.raises(ApprovalNeeded) as needed:
        add_bank_account(company_id=world.company.pk, actor=world.owner, at=AT, **fields)
    request = asked(world, by=world.owner, wanted=needed.value.act)  # type: ignore[arg-type]
    given(world, request, by=world.accountant)
    made = carry_out_bank_details(company=world.company, request_uuid=request.uuid, actor=world.owner, at=AT)
    assert (made.uuid, made.label) == (request.subject, "Zweites")
    with pytest.raises(BusinessError, match=r"role\.not_allowed"):
        carry_out_bank_details(company=world.company, request_uuid=request.uuid, actor=world.accountant, at=AT)


BREAKS: dict[str, str] = {
    "own": "UPDATE invoicing_site_approvalrequest SET state = 'approved', decided_by_id = requested_by_id, decided_at = now(), usable_from = now()",
    "alone at once": "UPDATE invoicing_site_approvalrequest SET state = 'approved', decided_by_id = requested_by_id, decided_at = now(), "
    "usable_from = now(), single_handed = true",
    "by nobody": "UPDATE invoicing_site_approvalrequest SET state = 'approved', decided_at = now(), usable_from = now()",
    "alone by nobody": "UPDATE invoicing_site_approvalrequest SET single_handed = true",
    "used unseen": "UPDATE invoicing_site_approvalrequest SET state = 'used', ended_at = now()",
    "more money": "UPDATE invoicing_site_approvalrequest SET amount = 1000000",
    "another document": "UPDATE invoicing_site_approvalrequest SET subject = gen_random_uuid()",
    "gone": "DELETE FROM invoicing_site_approvalrequest",
}


@pytest.mark.parametrize("case", BREAKS)
def test_the_database_holds_it_against_raw_sql(world: Any, case: str) -> None:
    policy(world)
    row = asked(world)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BREAKS[case])
    row.refresh_from_db()
    assert (row.state, row.amount, row.subject) == ("waiting", HUNDRED, SUBJECT[1])


@pytest.mark.parametrize(
    "change", ["state = 'approved'", "amount = 1000000", "state = 'waiting'", "decided_by_id = requested_by_id"]
)
def test_used_leave_never_comes_back(world: Any, change: str) -> None:
    policy(world)
    row = given(world, asked(world))
    wants(world, act())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE invoicing_site_approvalrequest SET {change}")
    row.refresh_from_db()
    assert row.state == "used"


def test_one_open_request_a_subject(world: Any) -> None:
    policy(world)
    row = asked(world)
    copy: Callable[[], Any] = lambda: ApprovalRequest.objects.create(  # noqa: E731
        company=world.company, what=row.what, subject_kind="document", subject=row.subject, amount=HUNDRED, currency="EUR",
        requested_by=world.owner, requested_at=AT, expires_at=AT + DAY,
    )  # fmt: skip
    with pytest.raises(DatabaseError), transaction.atomic():
        copy()
    assert ApprovalRequest.objects.count() == 1
