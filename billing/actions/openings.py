"""What clients owed before these books began: opening balances, with the numbers and dates they had (docs/adr/0019)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.actions.drafts import create_draft
from billing.actions.issue import issue
from billing.models import Document
from billing.rules.draft import Draft, DraftLine
from billing.rules.terms import MAX_NET_DAYS
from billing.states import Kind
from clients.models import Client
from invoicing_site.action import action
from invoicing_site.errors import BusinessError
from invoicing_site.models import Company, User


@dataclass(frozen=True, slots=True)
class Opening:
    """An open document of another system: what of it was still unpaid when these books began, in its currency, tax included."""

    client_id: int
    number: str
    issue_date: dt.date
    due_on: dt.date
    amount: Decimal
    currency: str
    text: str = ""


@action
def record_openings(
    *, company: Company, openings: Sequence[Opening], actor: User | None, at: dt.datetime, reason: str = ""
) -> list[Document]:
    """Enter opening balances; all or none. Each is booked against the account of opening balances: on its own date where the
    books are open, else on the first open day; `value_on` is its own date. Without tax: that was declared elsewhere.

    Locks as `issue` does. Raises at the field opening.number, opening.amount, opening.due_on, document.external_taken, and what
    `create_draft` and `issue` raise. Publishes document.drafted and document.issued for each.
    """
    made = []
    for opening in openings:
        _check(opening)
        draft = create_draft(company=company, draft=_draft(company, opening), actor=actor, at=at)
        made.append(issue(company=company, document_uuid=draft.uuid, actor=actor, at=at))
    return made


def _check(opening: Opening) -> None:
    if not opening.number.strip() or len(opening.number) > 35:
        raise BusinessError("opening.number", "number")
    if not (opening.amount.is_finite() and opening.amount > 0):
        raise BusinessError("opening.amount", "amount")
    if not 0 <= (opening.due_on - opening.issue_date).days <= MAX_NET_DAYS:
        raise BusinessError("opening.due_on", "due_on", days=MAX_NET_DAYS)


def _draft(company: Company, opening: Opening) -> Draft:
    client = Client.objects.for_company(company).filter(pk=opening.client_id).only("language").first()
    number = opening.number.strip()
    return Draft(
        client_id=opening.client_id,
        currency=opening.currency,
        kind=Kind.OPENING.value,
        language=client.language if client else company.language,
        external_number=number,
        issue_date=opening.issue_date,
        net_days=(opening.due_on - opening.issue_date).days,
        lines=(DraftLine(opening.text.strip() or number, Decimal(1), opening.amount),),
    )
