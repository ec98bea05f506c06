"""The demo's story at a twentieth of its size: complete, proven, the same every time, told once."""

import datetime as dt
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Count, F, Sum

from billing.actions.prove import prove_company
from billing.models import Counter, Document, Entry, Line, Posting, Proof, TaxTotal
from clients.models import Client, PortalGrant
from invoicing_site import clock
from invoicing_site.actions.chains import take_checkpoints
from invoicing_site.demo import seeded as people
from invoicing_site.demo_world import seed as story
from invoicing_site.models import Checkpoint, Company, Event, Invitation, Mail, Membership, Period, User
from invoicing_site.verify import against_checkpoints, all_chains, problems_of, stored_checkpoints, unsealed
from payments.models import Allocation, Attempt, GatewayAccount, Payment, Refund

NOW = dt.datetime(2026, 3, 16, 7, 30, tzinfo=dt.UTC)
SCALE = 0.05


def seal() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def figures() -> dict[str, Any]:
    """What the demo adds up to, without ids."""
    documents = Document.objects.values("company__slug", "state", "currency")
    payments = Payment.objects.values("company__slug", "method", "state", "currency")
    postings = Posting.objects.values("company__slug", "account__code", "currency")
    return {
        "documents": list(
            documents.annotate(Count("id"), Sum("total"), Sum("open_amount"), Sum("base_total")).order_by(*documents.query.values_select)
        ),
        "payments": list(payments.annotate(Count("id"), Sum("amount"), Sum("unapplied")).order_by(*payments.query.values_select)),
        "postings": list(postings.annotate(Sum("amount"), Sum("base_amount")).order_by(*postings.query.values_select)),
        "dates": list(Document.objects.exclude(number=None).order_by("company__slug", "number").values_list("number", "issue_date", "total")),
        "lines": Line.objects.count(),
        "clients": list(Client.objects.order_by("company__slug", "number").values_list("number", "name")),
        "events": list(Event.objects.values("type").annotate(Count("id")).order_by("type").values_list("type", "id__count")),
    }  # fmt: skip


@dataclass
class Told:
    first: dict[str, Any]
    second: dict[str, Any]
    said: str


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """The story told twice in a transaction that ends with this module; the second time by the command."""
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr(settings, "FILE_STORE", str(tmp_path_factory.mktemp("files")))
        patch.setattr(clock, "now", lambda: NOW)
        mark = transaction.savepoint()
        assert story.seed(now=NOW, scale=SCALE)
        seal()
        first = figures()
        transaction.savepoint_rollback(mark)
        call_command("seed_demo", scale=SCALE, stdout=said)
        seal()
        yield Told(first, figures(), said.getvalue())
        transaction.set_rollback(True)


pytestmark = pytest.mark.django_db


def test_the_same_day_gives_the_same_figures(told: Told) -> None:
    assert told.first["dates"] == told.second["dates"]
    assert told.first.keys() == told.second.keys()
    assert {key for key in told.first if told.first[key] != told.second[key]} == {"events"}  # the command proves too
    assert sum(count for _, count in told.second["events"]) == sum(count for _, count in told.first["events"]) + 2


def test_the_command_proves_and_signs(told: Told) -> None:
    assert [line.rsplit(": ", 1)[1] for line in told.said.splitlines()] == ["0 differences"] * 2
    assert list(Proof.objects.values_list("company__slug", "differences")) == [("lindenhof", []), ("harbor-pine", [])]
    assert Checkpoint.objects.exists()


def test_the_books_of_the_demo_prove_on_every_day(told: Told) -> None:
    for company in Company.objects.all():
        for as_of in (None, dt.date(2026, 2, 28), dt.date(2025, 12, 31), dt.date(2025, 3, 3)):
            proof = prove_company(company=company, actor=None, at=NOW, as_of=as_of)
            assert proof.differences == []
            assert proof.checks > 10


def test_the_chains_of_the_demo_hold_and_run_forward(told: Told) -> None:
    take_checkpoints(actor=None, at=NOW)
    chains = list(all_chains())
    assert [problem for chain in chains for problem in problems_of(chain)] == []
    assert [*unsealed(), *against_checkpoints(stored_checkpoints())] == []
    assert (
        len(chains) == 3 + Counter.objects.count()
    )  # events: the installation's and two companies'; each series' periods
    kinds = set(Counter.objects.exclude(head=b"").values_list("series__kind", flat=True))
    assert kinds >= {"invoice", "quote", "deposit_invoice", "opening_balance", "credit_note"}
    for company in (None, *Company.objects.all()):
        moments = list(
            Event.objects.filter(company=company)
            .exclude(type="demo.seeded")
            .order_by("seal__seq")
            .values_list("occurred_at", flat=True)
        )
        assert moments == sorted(moments)
        assert max(moments, default=NOW) <= NOW


def test_every_state_of_documents_is_there(told: Told) -> None:
    today, issued = NOW.date(), Document.objects.issued()
    for company in Company.objects.all():
        rows = issued.filter(company=company)
        assert rows.filter(open_amount=F("total"), due_on__gte=today).exists()
        assert rows.filter(open_amount__gt=0, due_on__lt=today).exists()
        assert rows.filter(open_amount__gt=0, open_amount__lt=F("total")).exists()
        assert rows.filter(open_amount=0, total__gt=0).exists()
        assert rows.exclude(delivered_on=None).exists()
        states = dict(Document.objects.filter(company=company).values_list("state").annotate(Count("id")))
        assert states.keys() == {"draft", "issued", "void"}
        assert set(rows.values_list("currency", flat=True)) >= {company.currency, "GBP", "JPY", "KWD"}
    assert Document.objects.annotate(n=Count("lines")).filter(n=120).count() == 1
    assert Document.objects.filter(prices_include_tax=True).exists()
    assert Document.objects.filter(discounts__gt=0, charges__gt=0).exists()
    assert Line.objects.filter(quantity__lt=0).exists()
    assert set(TaxTotal.objects.values_list("category", "rate")) >= {
        ("S", Decimal(19)), ("S", Decimal(7)), ("S", Decimal("8.875")), ("AE", Decimal(0)), ("O", Decimal(0)),
    }  # fmt: skip
    assert Event.objects.filter(type="document.deleted").count() == 2


def test_every_turn_of_payments_is_there(told: Told) -> None:
    for company in Company.objects.all():
        payments = Payment.objects.filter(company=company)
        assert set(payments.values_list("method", flat=True)) >= {"transfer", "cash"}
        assert payments.filter(state="cancelled").count() == 1
        assert payments.filter(state="received", unapplied__gt=0, unapplied__lt=F("amount")).exists()
        assert payments.annotate(n=Count("allocations")).filter(n__gte=3).exists()
        refunds = Refund.objects.filter(company=company)
        assert (refunds.filter(reverses=None).count(), refunds.exclude(reverses=None).count()) == (2, 1)
        allocations = Allocation.objects.filter(company=company)
        assert allocations.exclude(reverses=None).count() == 1
        assert allocations.exclude(currency=F("settlement__currency")).count() == 2
        booked = Entry.objects.filter(company=company, purpose="receive", booked_on__gt=F("value_on"))
        assert booked.count() == 1  # came in while its day was open, was found when it was closed
    assert Payment.objects.filter(method="cheque").exists()


def test_the_cast_is_complete_and_the_books_are_closed_a_month_behind(told: Told) -> None:
    assert Client.objects.count() == 60
    assert Client.objects.exclude(archived_at=None).count() == 2
    for company in Company.objects.all():
        members = Membership.objects.filter(company=company, ended_at=None)
        assert sorted(members.values_list("role", flat=True)) == ["accountant", "auditor", "clerk", "owner"]
        assert list(members.exclude(expires_on=None).values_list("role", "expires_on")) == [
            ("auditor", dt.date(2026, 5, 15))
        ]
        assert Invitation.objects.filter(company=company, accepted_at=None, revoked_at=None).count() == 1
        assert company.logo is not None
    assert list(Period.objects.values_list("closed_through", flat=True)) == [dt.date(2026, 1, 31)] * 2
    assert User.objects.filter(is_platform_admin=True).count() == 1
    assert len(people()) == 9


def test_customers_can_come_pay_and_were_mailed(told: Told, tmp_path: Path) -> None:
    for company in Company.objects.all():
        account = GatewayAccount.objects.get(company=company)
        variable = company.slug.upper().replace("-", "_")
        assert (account.mode, account.api_key) == ("test", f"env:{variable}__STRIPE_KEY")
        grants = PortalGrant.objects.filter(company=company).order_by("id")
        rights = list(grants.values_list("may_pay", flat=True))
        assert rights in ([True, True], [True, True, False])
        ends = set(Attempt.objects.filter(company=company).values_list("state", flat=True))
        assert "succeeded" in ends <= {"succeeded", "failed", "expired"}  # nothing a provider could be asked about
        mails = Mail.objects.filter(company=company)
        assert set(mails.filter(kind="portal_invitation").values_list("state", flat=True)) == {"queued"}
        documents = set(mails.filter(kind="document").values_list("state", flat=True))
        assert {"queued"} <= documents <= {"queued", "accepted", "bounced", "failed", "uncertain", "cancelled"}
        assert mails.filter(state="queued", due_at__gt=NOW).count() == 1  # one is meant for in two days
        assert mails.count() <= 20
    file = tmp_path / "hooks.json"
    call_command("seed_demo", hooks=file)
    told_file = json.loads(file.read_text())
    known = GatewayAccount.objects.values_list("company__slug", "uuid")
    assert told_file == {slug: f"/hooks/{uuid}/" for slug, uuid in known}
    assert len(told_file) == 2


def test_a_second_call_changes_nothing(told: Told, capsys: pytest.CaptureFixture[str]) -> None:
    before, proofs, checkpoints = figures(), Proof.objects.count(), Checkpoint.objects.count()
    assert story.seed(now=NOW + dt.timedelta(days=1), scale=SCALE) is False
    call_command("seed_demo")
    assert capsys.readouterr().out == ""
    assert (figures(), Proof.objects.count(), Checkpoint.objects.count()) == (before, proofs, checkpoints)
