"""Our own check of XRechnung's national rules (KoSIT, XRechnung 3.0, BR-DE-…): the official one runs on Java alone. Pure.

What the writer holds by construction is not asked here: BR-DE-14 (a rate in every VAT breakdown), BR-DE-17 (kinds of documents),
BR-DE-21 (identifier), BR-DE-23 (account beside a transfer). One rule, one code, one test.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from stdnum import iban

from invoicing_site.errors import BusinessError

Part = Mapping[str, Any]
# BR-DE-18: what a line of the terms that begins with # must look like.
SKONTO = re.compile(r"#(SKONTO)#TAGE=([0-9]+#PROZENT=[0-9]+\.[0-9]{2})(#BASISBETRAG=-?[0-9]+\.[0-9]{2})?#$")
# BR-DE-28: one @ with two characters on each side, no blank, no dot beside it or at an end.
EMAIL = re.compile(r"[^@\s.][^@\s]*[^@\s.]@[^@\s.][^@\s]*[^@\s.]")
DIGITS = 3
TAXED = frozenset({"S", "Z", "E", "AE", "K", "G", "L", "M"})


def problems(facts: Part, parties: Part) -> list[BusinessError]:
    """Every national rule the document would break, at its field: ``company.…`` and ``client.…`` for what their pages hold."""
    return [
        *_seller(parties["seller"], facts),
        *_buyer(parties["buyer"]),
        *_payment(facts, parties["seller"]),
        *_document(facts),
    ]


def _seller(seller: Part, facts: Part) -> Iterator[BusinessError]:
    address = seller["address"]
    if not address["city"]:
        yield BusinessError("einvoice.br_de_3", "company.city")
    if not address["postcode"]:
        yield BusinessError("einvoice.br_de_4", "company.postcode")
    if not seller.get("contact_name"):
        yield BusinessError("einvoice.br_de_5", "company.contact_name")
    if not seller["phone"]:
        yield BusinessError("einvoice.br_de_6", "company.phone")
    elif sum(sign.isdigit() for sign in seller["phone"]) < DIGITS:
        yield BusinessError("einvoice.br_de_27", "company.phone")
    if not seller["email"]:
        yield BusinessError("einvoice.br_de_7", "company.email")
    elif not EMAIL.fullmatch(seller["email"]):
        yield BusinessError("einvoice.br_de_28", "company.email")
    if not seller["tax_ids"] and {tax["category"] for tax in facts["tax_totals"]} & TAXED:
        yield BusinessError("einvoice.br_de_16", "company.vat_id")


def _buyer(buyer: Part) -> Iterator[BusinessError]:
    if not buyer["address"]["city"]:
        yield BusinessError("einvoice.br_de_8", "client.city")
    if not buyer["address"]["postcode"]:
        yield BusinessError("einvoice.br_de_9", "client.postcode")
    delivery = buyer["delivery_address"]
    if delivery and not delivery["city"]:
        yield BusinessError("einvoice.br_de_10", "client.city")
    if delivery and not delivery["postcode"]:
        yield BusinessError("einvoice.br_de_11", "client.postcode")
    if not (buyer.get("endpoint") or {}).get("value") and not buyer["email"]:
        yield BusinessError("einvoice.no_endpoint", "client.endpoint")


def _payment(facts: Part, seller: Part) -> Iterator[BusinessError]:
    bank = seller["bank"]
    if not bank or not (bank["iban"] or bank["account_number"]):
        yield BusinessError("einvoice.br_de_1", "bank_account")
    elif bank["iban"] and not iban.is_valid(bank["iban"]):
        yield BusinessError("einvoice.br_de_19", "bank_account")
    if any(row.startswith("#") and not SKONTO.fullmatch(row) for row in facts["terms"].splitlines()):
        yield BusinessError("einvoice.br_de_18", "net_days")


def _document(facts: Part) -> Iterator[BusinessError]:
    if not facts["buyer_reference"]:
        yield BusinessError("einvoice.br_de_15", "buyer_reference")
    names = [file["name"].lower() for file in facts.get("attachments") or ()]
    if len(names) != len(set(names)):
        yield BusinessError("einvoice.br_de_22", "attachments")
