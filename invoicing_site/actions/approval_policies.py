"""Who needs a second person for what: tightened by an owner alone, loosened by two (docs/adr/0015)."""

import datetime as dt
import uuid
from decimal import Decimal

from invoicing_site.action import action
from invoicing_site.actions.approvals import demand
from invoicing_site.actions.people import require
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row
from invoicing_site.models import ApprovalPolicy, ApprovalRequest, Company, User
from invoicing_site.money import is_at_minor_unit
from invoicing_site.states import Gated

OFF = "off"
CHOSEN = tuple(what for what in Gated.values if what != Gated.POLICY)


@action
def set_policy(
    *,
    company_id: int,
    what: str,
    threshold: Decimal | None,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> ApprovalPolicy:
    """Ask for a second person above `threshold` (base currency; zero: always), or, with None, for nobody.

    To raise a threshold or to switch it off is itself an act for two. Locks the company. Raises role.not_allowed,
    approval.amount, and what `demand` raises. Publishes approval.policy_changed.
    """
    company = lock_row(Company.objects.filter(pk=company_id))
    require(actor, company, "approvals.edit")
    if what not in CHOSEN:
        raise BusinessError("not_found")
    if threshold is not None and (threshold < 0 or not is_at_minor_unit(threshold, company.currency)):
        raise BusinessError("approval.amount", "above")
    row = ApprovalPolicy.objects.for_company(company).filter(what=what).first() or ApprovalPolicy(
        company=company, what=what
    )
    if row.threshold == threshold:
        return row
    if row.threshold is not None and (threshold is None or threshold > row.threshold):
        subject = ("approval_policy", row.uuid)
        demand(company=company, what=Gated.POLICY, subject=subject, content=_said(threshold), actor=actor, at=at)
    row.threshold = threshold
    row.save()
    data = {"what": what, "above": None if threshold is None else str(threshold), "currency": company.currency}
    subject = ("company", company.uuid)
    publish("approval.policy_changed", company=company, subject=subject, data=data, actor=actor, at=at)
    return row


def _said(threshold: Decimal | None) -> str:
    return OFF if threshold is None else str(threshold.normalize())


@action
def carry_out_policy(
    *, company: Company, request_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = ""
) -> None:
    """Loosen a policy as its approved request says. Raises not_found and what set_policy raises."""
    row: ApprovalRequest = lock_row(ApprovalRequest.objects.for_company(company).filter(uuid=request_uuid))
    policy: ApprovalPolicy = lock_row(ApprovalPolicy.objects.for_company(company).filter(uuid=row.subject))
    threshold = None if row.content == OFF else Decimal(row.content)
    set_policy(company_id=company.pk, what=policy.what, threshold=threshold, actor=actor, at=at)
