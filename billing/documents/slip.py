"""Receipt and payment part of the Swiss QR-bill, as printed (SIX, Implementation Guidelines QR-bill 2.3; Style Guide)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import segno
from stdnum import iban as iban_rules
from stdnum import iso11649

from billing.documents.parties import paper
from billing.documents.qr import QrCode, from_symbol
from billing.documents.wording import Wording
from billing.rules import swiss
from billing.states import DEMANDS

# Section 3.5.4 and Annex D fix every word, in four languages; other documents speak English here.
WORDS = {
    "de": ("Empfangsschein", "Zahlteil", "Konto / Zahlbar an", "Referenz", "Zusätzliche Informationen", "Zahlbar durch",
           "Zahlbar durch (Name/Adresse)", "Währung", "Betrag", "Annahmestelle", "Vor der Einzahlung abzutrennen"),
    "fr": ("Récépissé", "Section paiement", "Compte / Payable à", "Référence", "Informations supplémentaires",
           "Payable par", "Payable par (nom/adresse)", "Monnaie", "Montant", "Point de dépôt",
           "A détacher avant le versement"),
    "it": ("Ricevuta", "Sezione pagamento", "Conto / Pagabile a", "Riferimento", "Informazioni supplementari",
           "Pagabile da", "Pagabile da (nome/indirizzo)", "Valuta", "Importo", "Punto di accettazione",
           "Da staccare prima del versamento"),
    "en": ("Receipt", "Payment part", "Account / Payable to", "Reference", "Additional information", "Payable by",
           "Payable by (name/address)", "Currency", "Amount", "Acceptance point", "Separate before paying in"),
}  # fmt: skip
# Section 5.1: level M, at most version 25, no quiet zone of its own: the style sheet keeps 5 mm free.
LARGEST_VERSION = 25

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Slip:
    """Both parts side by side. Heads are the standard's words; an empty `payer` leaves a field to fill in by hand."""

    receipt: str
    part: str
    account_head: str
    account: tuple[str, ...]
    reference_head: str
    reference: str
    info_head: str
    info: str
    payer_head: str
    payer: tuple[str, ...]
    currency_head: str
    currency: str
    amount_head: str
    amount: str
    acceptance: str
    separate: str
    qr: QrCode


def slip_part(facts: Facts, parties: Facts, wording: Wording) -> Slip | None:
    """The payment part of a document to be paid to a Swiss account in one sum; None for every other."""
    seller, buyer = parties["seller"], parties["buyer"]
    bank, due = seller["bank"], facts["due"]
    if not bank or not facts["number"] or len(due) != 1 or facts["kind"] not in DEMANDS or paper(seller) != "a4":
        return None
    if not iban_rules.is_valid(bank["iban"]):
        return None
    iban, amount = iban_rules.compact(bank["iban"]), Decimal(due[0]["amount"])
    creditor = _party(bank["holder"] or seller["legal_name"] or seller["name"], seller["address"])
    debtor = _party(buyer["name"], buyer["address"])
    reference = facts["payment_reference"] or ""
    content = swiss.payload(
        iban=iban, creditor=creditor, debtor=debtor, amount=amount, currency=facts["currency"], reference=reference,
        message=facts["number"],
    )  # fmt: skip
    if content is None:
        return None
    symbol = segno.make(content, error="m", boost_error=False, micro=False, encoding="utf-8")
    if int(symbol.version) > LARGEST_VERSION:
        return None
    receipt, part, account, reference_head, info, by, by_whom, currency, sum_head, acceptance, separate = WORDS.get(
        wording.language, WORDS["en"]
    )
    return Slip(
        receipt=receipt,
        part=part,
        account_head=account,
        account=(iban_rules.format(iban), *_lines(creditor)),
        reference_head=reference_head,
        reference=printed_reference(reference) if swiss.reference_type(iban, reference) != "NON" else "",
        info_head=info,
        info=facts["number"],
        payer_head=by if debtor.complete else by_whom,
        payer=_lines(debtor) if debtor.complete else (),
        currency_head=currency,
        currency=facts["currency"],
        amount_head=sum_head,
        amount=f"{amount:,.2f}".replace(",", "\N{NO-BREAK SPACE}"),
        acceptance=acceptance,
        separate=separate,
        qr=from_symbol(symbol, quiet_zone=0),
    )


def printed_reference(reference: str) -> str:
    """In blocks as the standard prints it: two digits, then fives from the right; RF in fours."""
    if reference.isdigit():
        return " ".join([reference[:2], *(reference[at : at + 5] for at in range(2, len(reference), 5))])
    return str(iso11649.format(reference))


def _party(name: str, address: Facts | None) -> swiss.Party:
    address = address or dict.fromkeys(("line1", "postcode", "city", "country"), "")
    return swiss.Party(name, address["line1"], address["postcode"], address["city"], address["country"])


def _lines(party: swiss.Party) -> tuple[str, ...]:
    place = f"{party.postcode} {party.city}"
    if party.country not in swiss.COUNTRIES:
        place = f"{party.country}-{place}"
    return tuple(line for line in (party.name, party.line1, place) if line)
