"""The document as readers see it: from the snapshot alone, every string formatted, no money computed (SPEC B13)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from billing.documents.figures import exchange_part, totals_part
from billing.documents.parties import buyer_part, buyer_tax_ids, paper, seller_part
from billing.documents.parts import Buyer, Exchange, Look, Payment, Row, Seller, Table, Totals
from billing.documents.payment import payment_part
from billing.documents.slip import Slip, slip_part
from billing.documents.table import table_part
from billing.documents.verify import verify_lines
from billing.documents.wording import Wording
from billing.rules.layout import DEFAULTS
from billing.states import OFFERS


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
    look: Look
    exchanges: tuple[Exchange, ...]
    remark: str
    enclosed: str
    closing: str
    slip: Slip | None
    verify: tuple[str, ...]


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
    options = DEFAULTS | facts["template"].get("options", {})
    wording = Wording.of(facts["language"], country, facts["currency"], options["words"])
    texts = wording.texts
    kind = texts["kinds"][facts["kind"]]
    heading = f"{kind} {facts['number'] or texts['draft_of']}"
    seller_view = seller_part(seller, buyer, facts["logo"], wording)
    exchanges = tuple(each for name in ("fx", "tax_fx") if (each := exchange_part(facts, wording, name)))
    slip = slip_part(facts, parties, wording)
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
        introduction=facts["introduction"] or options["opening"],
        table=table_part(facts, wording, options["columns"]),
        totals=totals_part(facts, wording, country),
        exchange=exchanges[0] if exchanges else None,
        payment=payment_part(facts, parties, wording, slip=slip is not None),
        notes=facts["notes"],
        look=Look(tuple(options["blocks"]), options["accent"], options["logo"], options.get("source", "")),
        exchanges=exchanges,
        remark=texts["not_an_invoice"] if facts["kind"] in OFFERS else "",
        enclosed=_enclosed(facts, wording),
        closing=options["closing"],
        slip=slip,
        verify=verify_lines(facts, parties, wording),
    )


def _enclosed(facts: Mapping[str, Any], wording: Wording) -> str:
    names = [each["name"] for each in facts.get("attachments", ())]
    return wording.texts["enclosed"].format(", ".join(names)) if names else ""


def _other(facts: Mapping[str, Any], key: str, wording: Wording) -> Row:
    """The document this one corrects, replaces or follows: its number and day (Art. 219 Directive 2006/112/EC)."""
    other = facts.get(key)
    label: str = wording.texts[key]  # type: ignore[literal-required]
    if not other:
        return Row(label, "")
    return Row(label, ", ".join(part for part in (other["number"], wording.day(other["issue_date"])) if part))


def _meta(facts: Mapping[str, Any], buyer: Mapping[str, Any], wording: Wording) -> tuple[Row, ...]:
    texts, first, last = wording.texts, facts["supply_from"], facts["supply_to"]
    supply = texts["supply_period" if first and last and first != last else "supply_date"]
    due = facts["due"]
    rows = [
        Row(texts["number"], facts["number"] or ""),
        Row(texts["issue_date"], wording.day(facts["issue_date"]) if facts["issue_date"] else ""),
        *(_other(facts, key, wording) for key in ("corrects", "replaces", "follows")),
        Row(texts["reason"], (facts.get("reason") or {}).get("text", "")),
        Row(supply, wording.days(first, last)),
        Row(texts["valid_until"], wording.day(facts["valid_until"]) if facts.get("valid_until") else ""),
        Row(texts["due_date"], wording.day(due[0]["due_on"]) if len(due) == 1 else ""),
        Row(texts["customer_number"], buyer["number"] or ""),
        *buyer_tax_ids(buyer, wording),
        Row(texts["operation"], texts["operations"].get(facts.get("operation", ""), "")),
        Row(texts["buyer_reference"], facts["buyer_reference"]),
        Row(texts["purchase_order"], facts["purchase_order"]),
        Row(texts["contract"], facts["contract"]),
        Row(texts["delivery_note"], facts["delivery_note"]),
        Row(texts["project"], facts["project"]),
    ]
    return tuple(row for row in rows if row.value)
