"""Every word a receipt says by itself, per language; the words it shares with documents are billing's."""

from typing import Any

Words = dict[str, Any]

ENGLISH: Words = {
    "title": "Payment receipt",
    "received_on": "Received on",
    "method": "Paid by",
    "reference": "Reference",
    "thanks": "We have received your payment of {amount} on {day}. Thank you.",
    "document": "Document",
    "dated": "Date",
    "covers": "Of the document",
    "amount": "Amount {}",
    "nothing": "This payment is not yet applied to a document.",
    "received": "Received",
    "refunded": "Given back",
    "credit": "Kept as your credit",
    "note": "This receipt confirms the payment. It is not an invoice and does not entitle to deduct input tax.",
    "methods": {"transfer": "Bank transfer", "cash": "Cash", "cheque": "Cheque", "online": "Online payment"},
}
GERMAN: Words = {
    "title": "Zahlungsbestätigung",
    "received_on": "Eingegangen am",
    "method": "Zahlungsart",
    "reference": "Referenz",
    "thanks": "Wir haben Ihre Zahlung über {amount} am {day} erhalten. Vielen Dank.",
    "document": "Beleg",
    "dated": "Datum",
    "covers": "Auf den Beleg",
    "amount": "Betrag {}",
    "nothing": "Diese Zahlung ist noch keinem Beleg zugeordnet.",
    "received": "Erhalten",
    "refunded": "Zurückgezahlt",
    "credit": "Als Ihr Guthaben vermerkt",
    "note": "Diese Bestätigung weist die Zahlung nach. Sie ist keine Rechnung und berechtigt nicht zum Vorsteuerabzug.",
    "methods": {"transfer": "Überweisung", "cash": "Bar", "cheque": "Scheck", "online": "Online-Zahlung"},
}
LANGUAGES: dict[str, Words] = {"en": ENGLISH, "de": GERMAN}
