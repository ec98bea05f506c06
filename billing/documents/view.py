"""The document as readers see it: from the snapshot alone, every string formatted, no money computed (SPEC B13)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from billing.documents.figures import exchange_part, table_part, totals_part
from billing.documents.parties import buyer_part, buyer_tax_ids, paper, seller_part
from billing.documents.parts import Buyer, Exchange, Payment, Row, Seller, Table, Totals
from billing.documents.payment import payment_part
from billing.documents.wording import Wording


@dataclass(frozen=True, slots=True)
class DocumentView:
    """One document in its own language. Portal HTML and PDF are templates over this and nothing else."""

    template: str
    template_version: int
    language: str
    direction: str
    paper: str
    title: str
    heading: str
    running: str
    page: str
    page_of: str
    draft: str
    seller: Seller
    buyer: Buyer
    meta: tuple[Row, ...]
    introduction: str
    table: Table
    totals: Totals
    exchange: Exchange | None
    payment: Payment | None
    notes: str


def document_view(facts: Mapping[str, Any], parties: Mapping[str, Any], *, draft: bool = False) -> DocumentView:
    """The view of a snapshot (schema 1 or 2).

    `facts` and `parties` are the two parts of the snapshot: money as strings in units of `facts["currency"]`, dates ISO
    in the company's zone, taken as they stand. `draft` marks every page. ValueError for a schema this code does not
    know; KeyError for a snapshot with a part missing, which no issued document has.
    """
    if facts["schema"] not in (1, 2):
        raise ValueError("unknown snapshot schema")
    seller, buyer = parties["seller"], parties["buyer"]
    country = seller["address"]["country"]
    wording = Wording.of(facts["language"], country, facts["currency"])
    texts = wording.texts
    kind = texts["kinds"][facts["kind"]]
    heading = f"{kind} {facts['number'] or texts['draft_of']}"
    seller_view = seller_part(seller, buyer, facts["logo"], wording)
    return DocumentView(
        template=facts["template"]["name"],
        template_version=facts["template"]["version"],
        language=wording.language,
        direction=wording.direction,
        paper=paper(seller),
        title=f"{heading} – {seller_view.name}",
        heading=heading,
        running=f"{seller_view.name} · {heading}",
        page=texts["page"],
        page_of=texts["page_of"],
        draft=texts["draft"] if draft else "",
        seller=seller_view,
        buyer=buyer_part(buyer, seller, wording),
        meta=_meta(facts, buyer, wording),
        introduction=facts["introduction"],
        table=table_part(facts, wording),
        totals=totals_part(facts, wording, country),
        exchange=exchange_part(facts, wording),
        payment=payment_part(facts, seller, wording),
        notes=facts["notes"],
    )


def _meta(facts: Mapping[str, Any], buyer: Mapping[str, Any], wording: Wording) -> tuple[Row, ...]:
    texts, first, last = wording.texts, facts["supply_from"], facts["supply_to"]
    supply = texts["supply_period" if first and last and first != last else "supply_date"]
    due = facts["due"]
    rows = [
        Row(texts["number"], facts["number"] or ""),
        Row(texts["issue_date"], wording.day(facts["issue_date"]) if facts["issue_date"] else ""),
        Row(supply, wording.days(first, last)),
        Row(texts["due_date"], wording.day(due[0]["due_on"]) if len(due) == 1 else ""),
        Row(texts["customer_number"], buyer["number"] or ""),
        *buyer_tax_ids(buyer, wording),
        Row(texts["buyer_reference"], facts["buyer_reference"]),
        Row(texts["purchase_order"], facts["purchase_order"]),
        Row(texts["contract"], facts["contract"]),
        Row(texts["delivery_note"], facts["delivery_note"]),
        Row(texts["project"], facts["project"]),
    ]
    return tuple(row for row in rows if row.value)
