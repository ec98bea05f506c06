"""The two-person rule: a verb demands leave, a person asks for it, a second one gives it, once (SPEC A5, docs/adr/0015)."""

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal

from invoicing_site.action import action
from invoicing_site.actions.mail import queue
from invoicing_site.actions.people import require
from invoicing_site.errors import ApprovalNeeded, BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row, lock_rows
from invoicing_site.models import ApprovalPolicy, ApprovalRequest, Company, Membership, User
from invoicing_site.models.approval import ALONE_FOR
from invoicing_site.states import ApprovalState, Gated, Role

VALID_FOR = dt.timedelta(days=14)


@dataclass(frozen=True)
class Act:
    """What leave is needed for. `amount` in base currency, None where the act has none; `content` says what will be written."""

    what: str
    subject: tuple[str, uuid.UUID]
    revision: int = 0
    amount: Decimal | None = None
    content: str = ""

    def covered_by(self, row: ApprovalRequest) -> bool:
        """Whether leave for `row` is leave for this: same revision and content, at most the amount that was shown."""
        enough = self.amount is None or (row.amount is not None and self.amount <= row.amount)
        return enough and (row.revision, row.content) == (self.revision, self.content)


@action
def demand(
    *,
    company: Company,
    what: str,
    subject: tuple[str, uuid.UUID],
    revision: int = 0,
    amount_base: Decimal | None = None,
    content: str = "",
    actor: User | None,
    at: dt.datetime,
) -> None:
    """Go on only where company policy asks for nobody else, or a second person gave leave; that leave is then used up.

    Called first thing inside the verb whose act it is, before it locks the period: a verb that fails keeps the leave. `what`
    is a `Gated`; `subject` the kind and uuid of what is acted on, at its `revision` (0 where it has none); `amount_base` in
    base currency. One statement where no policy stands, two where one does. Locks the request. Raises ApprovalNeeded
    (approval.needed), approval.waiting, approval.not_yet. Publishes approval.used.
    """
    act = Act(what, subject, revision, amount_base, content)
    limit = limit_of(company, what)
    if limit is None or (amount_base is not None and amount_base <= limit):
        return
    row = _open(company, act)
    if row is None or not act.covered_by(row) or row.expires_at <= at:
        raise ApprovalNeeded(act, what=Gated(what).label)
    if row.state == ApprovalState.WAITING or row.usable_from is None:
        raise BusinessError("approval.waiting")
    if row.usable_from > at:
        raise BusinessError("approval.not_yet", at=row.usable_from)
    _end(row, ApprovalState.USED, actor, at)


def limit_of(company: Company, what: str) -> Decimal | None:
    """Above which amount (base currency) a second person must agree; None where nobody must."""
    if what == Gated.POLICY:
        return Decimal(0)
    found: ApprovalPolicy | None = ApprovalPolicy.objects.for_company(company).filter(what=what).first()
    return found.threshold if found else None


def others_who_decide(company: Company, user: User) -> bool:
    """Whether somebody beside `user` may decide: then nobody decides alone."""
    members = Membership.objects.for_company(company).current().who_may("approvals.decide")
    found: bool = members.exclude(user=user.pk).exists()
    return found


@action
def ask(
    *, company: Company, act: Act, note: str = "", actor: User, at: dt.datetime, reason: str = ""
) -> ApprovalRequest:
    """Ask a second person for leave to do `act`; the same asked twice is one request, a changed act replaces the older request.

    Locks the open request of the subject. Raises role.not_allowed, approval.not_needed. Publishes approval.asked.
    """
    require(actor, company, "approvals.view")
    limit = limit_of(company, act.what)
    if limit is None or (act.amount is not None and act.amount <= limit):
        raise BusinessError("approval.not_needed")
    lock_rows(ApprovalPolicy.objects.for_company(company).filter(what=act.what))
    row = _open(company, act)
    if row is not None:
        if act.covered_by(row) and row.expires_at > at:
            return row
        _end(row, ApprovalState.EXPIRED if row.expires_at <= at else ApprovalState.WITHDRAWN, actor, at)
    made: ApprovalRequest = ApprovalRequest.objects.create(
        company=company, what=act.what, subject_kind=act.subject[0], subject=act.subject[1], revision=act.revision,
        amount=act.amount, currency=company.currency, content=act.content, note=note.strip(), requested_by=actor,
        requested_at=at, expires_at=at + VALID_FOR,
    )  # fmt: skip
    _tell("asked", made, actor, at)
    return made


@action
def approve(
    *, company: Company, request_uuid: uuid.UUID, actor: User, at: dt.datetime, reason: str = ""
) -> ApprovalRequest:
    """Give leave. One's own request only where nobody else may decide: then it holds 24 hours later, and every owner is told.

    Locks the request. Raises role.not_allowed, not_found, approval.closed, approval.own. Publishes approval.approved, or
    approval.single_handed.
    """
    row = _waiting(company, request_uuid, actor, at)
    row.single_handed = row.requested_by_id == actor.pk
    if row.single_handed and others_who_decide(company, actor):
        raise BusinessError("approval.own")
    row.usable_from = at + ALONE_FOR if row.single_handed else at
    _decide(row, ApprovalState.APPROVED, actor, at, reason)
    _tell("single_handed" if row.single_handed else "approved", row, actor, at)
    if row.single_handed:
        _tell_owners(row, at)
    return row


@action
def reject(*, company: Company, request_uuid: uuid.UUID, reason: str, actor: User, at: dt.datetime) -> ApprovalRequest:
    """Refuse leave, with a reason. Locks the request.

    Raises role.not_allowed, not_found, approval.closed, approval.own (one's own is withdrawn), reason.missing. Publishes
    approval.rejected.
    """
    if not reason.strip():
        raise BusinessError("reason.missing", "reason")
    row = _waiting(company, request_uuid, actor, at)
    if row.requested_by_id == actor.pk:
        raise BusinessError("approval.own")
    _decide(row, ApprovalState.REJECTED, actor, at, reason)
    _tell("rejected", row, actor, at)
    return row


@action
def withdraw(
    *, company: Company, request_uuid: uuid.UUID, actor: User, at: dt.datetime, reason: str = ""
) -> ApprovalRequest:
    """Take a request back before it is carried out: who asked, or whoever may decide. Locks the request.

    Raises role.not_allowed, not_found, approval.closed. Publishes approval.withdrawn.
    """
    row: ApprovalRequest = lock_row(ApprovalRequest.objects.for_company(company).filter(uuid=request_uuid))
    require(actor, company, "approvals.view" if row.requested_by_id == actor.pk else "approvals.decide")
    if row.state not in (ApprovalState.WAITING, ApprovalState.APPROVED):
        raise BusinessError("approval.closed")
    _end(row, ApprovalState.WITHDRAWN, actor, at)
    return row


def _open(company: Company, act: Act) -> ApprovalRequest | None:
    rows = ApprovalRequest.objects.for_company(company).open().filter(what=act.what, subject=act.subject[1])
    found = lock_rows(rows)
    return found[0] if found else None


def _waiting(company: Company, request_uuid: uuid.UUID, actor: User, at: dt.datetime) -> ApprovalRequest:
    row: ApprovalRequest = lock_row(ApprovalRequest.objects.for_company(company).filter(uuid=request_uuid))
    require(actor, company, "approvals.decide")
    if row.state_at(at) != ApprovalState.WAITING:
        raise BusinessError("approval.closed")
    return row


def _decide(row: ApprovalRequest, state: ApprovalState, actor: User, at: dt.datetime, reason: str) -> None:
    row.state, row.decided_by, row.decided_at, row.reason = state, actor, at, reason.strip()
    row.save(update_fields=["state", "decided_by", "decided_at", "reason", "single_handed", "usable_from"])


def _end(row: ApprovalRequest, state: ApprovalState, actor: User | None, at: dt.datetime) -> None:
    row.state, row.ended_by, row.ended_at = state, actor, at
    row.save(update_fields=["state", "ended_by", "ended_at"])
    _tell(state.value, row, actor, at)


def _tell(what: str, row: ApprovalRequest, actor: User | None, at: dt.datetime) -> None:
    """About what leave is for: a document's timeline shows its approvals."""
    data = {"approval": str(row.uuid), "what": row.what, "revision": row.revision}
    if row.amount is not None:
        data |= {"amount": str(row.amount), "currency": row.currency}
    subject = (row.subject_kind, row.subject)
    publish(f"approval.{what}", company=row.company, subject=subject, data=data, actor=actor, at=at)


def _tell_owners(row: ApprovalRequest, at: dt.datetime) -> None:
    owners = Membership.objects.for_company(row.company).current().filter(role=Role.OWNER).select_related("user")
    for member in owners:
        queue(
            company=row.company, kind="approval", subject=("approval", row.uuid), recipient=member.user.email,
            language=row.company.language, dedupe_key=f"approval:{row.uuid}:{member.uuid}", actor=None, at=at,
        )  # fmt: skip
