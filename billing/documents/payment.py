"""The payment block: what, by when, to which account, under which reference."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from stdnum import iban as iban_rules
from stdnum import iso11649

from billing.documents.parts import Payment, Row
from billing.documents.qr import QrCode, epc_qr
from billing.documents.slip import printed_reference
from billing.documents.wording import Wording
from billing.rules.terms import END_OF_MONTH, FIXED
from billing.states import DEMANDS, Kind

# The kind of client the law means by a business (clients.models.client).
BUSINESS = "company"
Facts = Mapping[str, Any]


def payment_part(facts: Facts, parties: Facts, wording: Wording, *, slip: bool = False) -> Payment | None:
    """How to pay, or None when nothing is owed. A draft has no reference yet and so no code: nobody shall pay it.

    A credit note says what is credited; an offer asks for nothing. With a Swiss `slip` there is no second code.
    """
    texts, due, seller = wording.texts, facts["due"], parties["seller"]
    if facts["kind"] == Kind.CREDIT_NOTE:
        return _note(texts["payment"], texts["credited"].format(amount=wording.money(facts["total"])))
    if not Decimal(facts.get("payable", facts["total"])) or facts["kind"] not in DEMANDS:
        return None
    sentence, parts = "", tuple[Row, ...]()
    if len(due) == 1:
        sentence = texts["pay_by"].format(amount=wording.money(due[0]["amount"]), day=wording.day(due[0]["due_on"]))
    elif due:
        sentence = texts["pay_in_parts"]
        parts = tuple(Row(wording.day(each["due_on"]), wording.money(each["amount"])) for each in due)
    return Payment(
        heading=texts["payment"],
        sentence=sentence,
        parts=parts,
        account=_account(facts, seller, wording),
        terms=_terms(facts, wording),
        qr=None if slip else _qr(facts, seller),
        qr_caption=texts["scan_to_pay"],
        early=_early(facts, wording),
        late=_late(parties, wording),
    )


def _note(heading: str, sentence: str) -> Payment:
    return Payment(heading, sentence, (), (), "", None, "", "", "")


def _early(facts: Facts, wording: Wording) -> str:
    early = facts.get("early")
    if not early:
        return ""
    return wording.texts["early"].format(
        percent=wording.percent(early["percent"]),
        day=wording.day(early["until"]),
        amount=wording.money(early["amount"]),
        discount=wording.money(early["discount"]),
    )


def _late(parties: Facts, wording: Wording) -> str:
    """What the seller's law wants said about paying late, between businesses (L441-9 Code de commerce)."""
    if parties["buyer"].get("kind") != BUSINESS:
        return ""
    return wording.texts["late_payment_by_country"].get(parties["seller"]["address"]["country"], "")


def _terms(facts: Facts, wording: Wording) -> str:
    """What was agreed in words, or the net days in the document's language."""
    days, term = facts.get("net_days"), facts.get("term") or {}
    if facts["terms"] or days is None:
        return str(facts["terms"])
    if term.get("kind") == END_OF_MONTH:
        return wording.texts["terms_eom"].format(term["days"])
    if term.get("kind") == FIXED:
        return wording.texts["terms_fixed"].format(term["day"])
    return wording.texts["terms_days"].format(days) if days else wording.texts["terms_at_once"]


def _account(facts: Facts, seller: Facts, wording: Wording) -> tuple[Row, ...]:
    texts, bank, reference = wording.texts, seller["bank"], facts["payment_reference"]
    rows: list[Row] = []
    if bank:
        iban = iban_rules.format(bank["iban"]) if bank["iban"] else ""
        rows = [
            Row(texts["account_holder"], bank["holder"] or seller["legal_name"] or seller["name"]),
            Row("IBAN", iban),
            Row("BIC", bank["bic"]),
            Row(texts["account_number"], bank["account_number"]),
            Row(texts["routing_number"], bank["routing_number"]),
            Row(texts["bank"], bank["bank_name"]),
        ]
    if reference:
        structured = reference.isdigit() or iso11649.is_valid(reference)
        printed = printed_reference(reference) if structured else reference
        rows.append(Row(texts["payment_reference"], printed))
    return tuple(row for row in rows if row.value)


def _qr(facts: Facts, seller: Facts) -> QrCode | None:
    """Only for one amount on one day: with instalments a single code would ask for the wrong sum."""
    bank = seller["bank"]
    if not bank or not facts["number"] or len(facts["due"]) != 1:
        return None
    return epc_qr(
        name=bank["holder"] or seller["legal_name"] or seller["name"],
        iban=bank["iban"],
        bic=bank["bic"],
        currency=facts["currency"],
        amount=Decimal(facts["due"][0]["amount"]),
        reference=facts["payment_reference"] or facts["number"],
    )
