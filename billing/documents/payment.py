"""The payment block: what, by when, to which account, under which reference."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from stdnum import iban as iban_rules
from stdnum import iso11649

from billing.documents.parts import Payment, Row
from billing.documents.qr import QrCode, epc_qr
from billing.documents.wording import Wording

Facts = Mapping[str, Any]


def payment_part(facts: Facts, seller: Facts, wording: Wording) -> Payment | None:
    """How to pay, or None when nothing is owed. A draft has no reference yet and so no code: nobody shall pay it."""
    if not Decimal(facts["total"]):
        return None
    texts, due = wording.texts, facts["due"]
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
        qr=_qr(facts, seller),
        qr_caption=texts["scan_to_pay"],
    )


def _terms(facts: Facts, wording: Wording) -> str:
    """What was agreed in words, or the net days in the document's language."""
    days = facts.get("net_days")
    if facts["terms"] or days is None:
        return str(facts["terms"])
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
        printed = iso11649.format(reference) if iso11649.is_valid(reference) else reference
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
