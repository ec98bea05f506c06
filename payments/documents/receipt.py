"""The receipt as its reader sees it: every string formatted, no money computed (SPEC B13's rule, for payments)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from billing.documents.html import markup
from billing.documents.parties import buyer_part, paper, seller_part
from billing.documents.parts import Buyer, Row, Seller
from billing.documents.wording import Wording
from payments.documents.words import LANGUAGES

TEMPLATE = "documents/receipt.html"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Part:
    """What of the payment went to one document; `covers` is that in the document's own currency, where it differs."""

    number: str
    dated: str
    covers: str
    amount: str


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """One receipt in its language. `heads` are those of the table's columns; `draft` is what the shared letterhead asks for."""

    language: str
    direction: str
    paper: str
    title: str
    heading: str
    running: str
    page: str
    page_of: str
    seller: Seller
    buyer: Buyer
    meta: tuple[Row, ...]
    introduction: str
    heads: tuple[str, str, str, str]
    parts: tuple[Part, ...]
    nothing: str
    sums: tuple[Row, ...]
    total: Row
    note: str
    draft: str = ""


def receipt_view(facts: Mapping[str, Any]) -> ReceiptView:
    """The view of what `payments.documents.source.read` found: money as strings, dates ISO in the company's zone."""
    seller, buyer = facts["seller"], facts["buyer"]
    wording = Wording.of(facts["language"], seller["address"]["country"], facts["currency"])
    words, texts = LANGUAGES[wording.language], wording.texts
    shown = seller_part(seller, buyer, facts["logo"], wording)
    heading, day = words["title"], wording.day(facts["received_on"])
    parts = tuple(_part(each, facts["currency"], wording) for each in facts["parts"])
    return ReceiptView(
        language=wording.language,
        direction=wording.direction,
        paper=paper(seller),
        title=f"{heading} – {shown.name}",
        heading=heading,
        running=f"{shown.name} · {heading}",
        page=texts["page"],
        page_of=texts["page_of"],
        seller=shown,
        buyer=buyer_part(buyer, seller, wording),
        meta=_meta(facts, wording),
        introduction=words["thanks"].format(amount=wording.money(facts["amount"]), day=day),
        heads=(
            words["document"],
            words["dated"],
            words["covers"] if any(part.covers for part in parts) else "",
            words["amount"].format(facts["currency"]),
        ),
        parts=parts,
        nothing="" if parts else words["nothing"],
        sums=tuple(
            Row(words[name], wording.money(facts[name])) for name in ("credit", "refunded") if facts[name] is not None
        ),
        total=Row(words["received"], wording.money(facts["amount"])),
        note=words["note"],
    )


def _part(each: Mapping[str, Any], currency: str, wording: Wording) -> Part:
    abroad = each["currency"] != currency
    return Part(
        number=each["number"],
        dated=wording.day(each["dated"]),
        covers=wording.money(each["covers"], each["currency"]) if abroad else "",
        amount=wording.amount(each["amount"]),
    )


def _meta(facts: Mapping[str, Any], wording: Wording) -> tuple[Row, ...]:
    words = LANGUAGES[wording.language]
    rows = [
        Row(words["received_on"], wording.day(facts["received_on"])),
        Row(words["method"], words["methods"][facts["method"]]),
        Row(words["reference"], facts["reference"]),
        Row(wording.texts["customer_number"], facts["buyer"]["number"]),
    ]
    return tuple(row for row in rows if row.value)


def to_pdf(view: ReceiptView, *, assets: Mapping[str, bytes], created: datetime) -> bytes:
    """The receipt as PDF/A-3a, under the promises and refusals of `billing.documents.pdf.render`."""
    from billing.documents.pdf import print_out  # forty megabytes of renderer a web process has no use for

    return print_out(
        markup(TEMPLATE, view),
        styles=("base", "classic", view.paper),
        logo=view.seller.logo,
        assets=assets,
        created=created,
    )
