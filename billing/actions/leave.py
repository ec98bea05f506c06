"""Whether issuing a document needs a second person, and whether one agreed (SPEC A5)."""

import datetime as dt
import uuid
from decimal import Decimal

from billing.documents.source import Source, Sources
from billing.rules.totals import Totals
from billing.states import OFFERS, Kind
from invoicing_site.actions.approvals import demand
from invoicing_site.models import Company, User
from invoicing_site.money import convert
from invoicing_site.states import Gated


def what_of(kind: str) -> Gated | None:
    """What issuing a document of `kind` is to the company's policies; an offer is nothing yet."""
    if kind in OFFERS:
        return None
    return Gated.CREDIT_NOTE if kind == Kind.CREDIT_NOTE else Gated.ISSUE


def amount_above(source: Source, sources: Sources, total: Decimal) -> Decimal | None:
    """A document's `total` in base currency where it lies above the company's threshold, else None. No query."""
    what, rate = what_of(source.document["kind"]), sources.rate(source)
    limit = sources.thresholds.get(what) if what else None
    if limit is None or rate is None:
        return None
    amount = convert(total, rate, sources.company["currency"])
    return amount if amount > limit else None


def take_leave(
    company: Company, source: Source, sources: Sources, totals: Totals, *, actor: User | None, at: dt.datetime
) -> None:
    """Use up a second person's leave to issue `source` at its revision, where one is needed. Locks the leave; see `demand`."""
    what, amount = what_of(source.document["kind"]), amount_above(source, sources, totals.total)
    if what is not None and amount is not None:
        subject = ("document", uuid.UUID(source.document["uuid"]))
        revision = source.document["revision"]
        demand(
            company=company, what=what, subject=subject, revision=revision, amount_base=amount, actor=actor, at=at
        )  # fmt: skip
