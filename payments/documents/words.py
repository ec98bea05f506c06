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
FRENCH: Words = {
    "title": "Reçu de paiement",
    "received_on": "Reçu le",
    "method": "Mode de paiement",
    "reference": "Référence",
    "thanks": "Nous avons reçu votre paiement de {amount} le {day}. Merci.",
    "document": "Document",
    "dated": "Date",
    "covers": "Sur le document",
    "amount": "Montant {}",
    "nothing": "Ce paiement n’est pas encore affecté à un document.",
    "received": "Reçu",
    "refunded": "Remboursé",
    "credit": "Conservé à votre crédit",
    "note": "Ce reçu atteste le paiement. Il n’est pas une facture et n’ouvre pas droit à déduction de la taxe.",
    "methods": {"transfer": "Virement", "cash": "Espèces", "cheque": "Chèque", "online": "Paiement en ligne"},
}
SPANISH: Words = {
    "title": "Recibo de pago",
    "received_on": "Recibido el",
    "method": "Forma de pago",
    "reference": "Referencia",
    "thanks": "Hemos recibido su pago de {amount} el {day}. Gracias.",
    "document": "Documento",
    "dated": "Fecha",
    "covers": "Del documento",
    "amount": "Importe {}",
    "nothing": "Este pago todavía no está aplicado a ningún documento.",
    "received": "Recibido",
    "refunded": "Devuelto",
    "credit": "Conservado como saldo a su favor",
    "note": "Este recibo confirma el pago. No es una factura y no da derecho a deducir el impuesto.",
    "methods": {"transfer": "Transferencia", "cash": "Efectivo", "cheque": "Cheque", "online": "Pago en línea"},
}
LANGUAGES: dict[str, Words] = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH}
