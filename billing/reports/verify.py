"""A document as a stranger with its code may see it: nothing of the buyer, no lines (SPEC B16)."""

import datetime as dt
import hmac
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from billing.documents import snapshot
from billing.models import Document, Snapshot
from billing.rules.verify import BankDigest, bank_digest, same_account, standing
from billing.states import DEMANDS, DocumentState
from invoicing_site import codes

PURPOSE = "verify"


@dataclass(frozen=True, slots=True)
class Verified:
    issuer: str
    kind: str
    number: str
    issued_on: dt.date
    total: Decimal
    payable: Decimal
    currency: str
    standing: str
    bank: BankDigest | None
    account: dict[str, Any] | None

    def pays_to(self, typed: str) -> bool:
        return same_account(self.account, typed)


def document_of(typed: str) -> Document | None:
    """The issued document a code was made for; None for whatever is wrong with it. At most one query, by the index of uuids."""
    place = codes.read(typed)
    if place is None:
        return None
    rows = Document.objects.exclude(state=DocumentState.DRAFT).filter(uuid__range=(place.first, place.last))
    found = [row for row in rows[:20] if hmac.compare_digest(codes.make(PURPOSE, row.uuid), place.code)]
    return found[0] if found else None


def verified(document: Document) -> Verified:
    """From the snapshot, as it was issued; what became of it from the row. One query."""
    row = Snapshot.objects.get(document=document)
    facts, parties = snapshot.open_parts(bytes(row.facts), bytes(row.parties))
    seller = parties["seller"]
    asks = document.kind in DEMANDS
    return Verified(
        issuer=seller["legal_name"] or seller["name"],
        kind=str(document.get_kind_display()),
        number=facts["number"],
        issued_on=dt.date.fromisoformat(facts["issue_date"]),
        total=document.total,
        payable=document.payable,
        currency=document.currency,
        standing=standing(document.state, document.payable, document.open_amount, document.credited)
        if asks
        else _plain(document),
        bank=bank_digest(seller["bank"]) if asks else None,
        account=seller["bank"] if asks else None,
    )


def _plain(document: Document) -> str:
    return standing(document.state, Decimal(0), Decimal(0), Decimal(0))
