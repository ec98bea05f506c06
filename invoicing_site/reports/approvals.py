"""Approvals as people read them: what for, in which state, who may do what with them, and what they are about."""

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from invoicing_site import clock
from invoicing_site.models import ApprovalPolicy, ApprovalRequest, BankAccount, Company, Membership
from invoicing_site.reports.display import name_of
from invoicing_site.states import ApprovalState, Gated
from invoicing_site.web import OfficeRequest
from invoicing_site.wiring import CARRY_OUT, SUBJECTS

TONES: dict[str, str] = {
    ApprovalState.WAITING: "warn",
    ApprovalState.APPROVED: "info",
    ApprovalState.USED: "good",
    ApprovalState.REJECTED: "bad",
    ApprovalState.WITHDRAWN: "neutral",
    ApprovalState.EXPIRED: "neutral",
}
VERBS: dict[str, str | Promise] = {
    "add": _("Add a bank account"),
    "change": _("Change a bank account"),
    "archive": _("Archive a bank account"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A request with its badge, and what it is about as (label, URL)."""

    row: Any
    state: str
    tone: str
    about: tuple[str, str]

    @property
    def badge(self) -> str:
        return capfirst(str(ApprovalState(self.state).label))


@dataclass(frozen=True, slots=True)
class Steps:
    """What the person who looks at a request may do with it; `alone` is that they would approve their own."""

    approve: bool
    alone: bool
    reject: bool
    withdraw: bool
    carry_out: bool


def listed(company: Company, state: str) -> "QuerySet[Any]":
    """Requests of the company, those in `state` or all; what expired unclosed counts as neither."""
    rows: QuerySet[Any] = ApprovalRequest.objects.for_company(company).select_related("requested_by", "decided_by")
    return rows.filter(state=state, expires_at__gt=clock.now()) if state else rows


def shown(company: Company, rows: Sequence[Any], at: dt.datetime) -> list[Shown]:
    """`rows` with what they are about: one query per kind of subject (wiring.SUBJECTS)."""
    wanted: dict[str, set[uuid.UUID]] = {}
    for row in rows:
        wanted.setdefault(row.subject_kind, set()).add(row.subject)
    about: dict[uuid.UUID, tuple[str, str]] = {}
    for kind, keys in wanted.items():
        if kind in SUBJECTS:
            about |= import_string(SUBJECTS[kind])(company, keys)
    states = [row.state_at(at) for row in rows]
    return [
        Shown(row, state, TONES[state], about.get(row.subject, ("", "")))
        for row, state in zip(rows, states, strict=True)
    ]


def steps(request: OfficeRequest, row: Any, at: dt.datetime) -> Steps:
    """What the verbs would let the person do; they ask again under a lock."""
    state, own, decides = row.state_at(at), row.requested_by_id == request.actor.pk, request.may("approvals.decide")
    waiting = state == ApprovalState.WAITING
    others = Membership.objects.for_company(request.company).current().who_may("approvals.decide")
    alone = waiting and own and decides and not others.exclude(user=request.actor.pk).exists()
    usable = state == ApprovalState.APPROVED and row.usable_from <= at
    return Steps(
        approve=waiting and decides and (not own or alone),
        alone=alone,
        reject=waiting and decides and not own,
        withdraw=state in (ApprovalState.WAITING, ApprovalState.APPROVED) and (own or decides),
        carry_out=usable and row.what in CARRY_OUT and decides,
    )


def said(row: Any) -> list[tuple[str, str, str]]:
    """(label, now, then) of the details a request would write; the rows that stay as they are are left out."""
    if row.what == Gated.POLICY:
        policy = ApprovalPolicy.objects.for_company(row.company).filter(uuid=row.subject).first()
        now = "" if policy is None or policy.threshold is None else f"{policy.threshold.normalize():f}"
        return [(gettext("Above"), now, row.content if row.content != "off" else gettext("off"))]
    if row.what != Gated.BANK_DETAILS:
        return []
    fields = json.loads(row.content)["fields"]
    account = BankAccount.objects.for_company(row.company).filter(uuid=row.subject).first()
    columns = [(field, fields[field.name]) for field in BankAccount._meta.concrete_fields if field.name in fields]
    pairs = [(name_of(field), _plain(getattr(account, field.name, "")), _plain(value)) for field, value in columns]
    return [(label, before, after) for label, before, after in pairs if before != after]


def verb_of(row: Any) -> str:
    """What is asked for, in words."""
    if row.what == Gated.BANK_DETAILS:
        return str(VERBS[json.loads(row.content)["verb"]])
    return str(row.get_what_display())


def _plain(value: object) -> str:
    return {True: gettext("Yes"), False: gettext("No")}[value] if isinstance(value, bool) else str(value)


def panel(request: OfficeRequest, document: Any) -> tuple[str, dict[str, Any]] | None:
    """Who was asked about a document, and what they said (wiring.DOCUMENT_PANELS). One query."""
    rows = ApprovalRequest.objects.for_company(request.company).filter(subject=document.uuid)
    found = shown_plainly(rows.select_related("requested_by", "decided_by").order_by("-id")[:5], clock.now())
    return ("office/approvals/panel.html", {"requests": found}) if found else None


def shown_plainly(rows: Iterable[Any], at: dt.datetime) -> list[Shown]:
    """`rows` on the page of what they are about."""
    return [Shown(row, state := row.state_at(at), TONES[state], ("", "")) for row in rows]


def mailed(company: Company, wanted: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[str, str]]:
    """What a mail about an approval is about (wiring.SUBJECTS); one query."""
    rows = ApprovalRequest.objects.for_company(company).filter(uuid__in=set(wanted))
    return {row.uuid: (verb_of(row), reverse("office:approval", args=[company.slug, row.uuid])) for row in rows}


def policies(company: Company, wanted: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[str, str]]:
    """The rule a request would loosen (wiring.SUBJECTS); one query."""
    rows = ApprovalPolicy.objects.for_company(company).filter(uuid__in=set(wanted))
    url = reverse("office:approval_policies", args=[company.slug])
    return {row.uuid: (str(row.get_what_display()), url) for row in rows}


def bank_accounts(company: Company, wanted: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[str, str]]:
    """The account a request would change (wiring.SUBJECTS); one that is not there yet has no page. One query."""
    rows = BankAccount.objects.for_company(company).filter(uuid__in=set(wanted))
    url = reverse("office:bank_accounts", args=[company.slug])
    return {row.uuid: (row.label, url) for row in rows}
