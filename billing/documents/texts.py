"""Every word a document says by itself, per language. A new language is one more dict here and one in `units.py`."""

from typing import TypedDict


class Texts(TypedDict):
    """One language. `*_by_country` tables hold what a law fixes word by word; their key "" is the neutral sentence."""

    locale: str
    locale_by_country: dict[str, str]
    kinds: dict[str, str]
    draft: str
    draft_of: str
    page: str
    page_of: str
    number: str
    issue_date: str
    supply_date: str
    supply_period: str
    due_date: str
    customer_number: str
    payment_reference: str
    buyer_reference: str
    purchase_order: str
    contract: str
    delivery_note: str
    project: str
    tax_id_buyer: str
    delivered_to: str
    attention: str
    position: str
    description: str
    quantity: str
    unit_price: str
    discount: str
    tax: str
    amount: str
    sku: str
    service: str
    including_tax: str
    subtotal: str
    charge: str
    net: str
    total: str
    total_gross: str
    tax_on: str
    tax_within: str
    vat: str
    sales_tax: str
    category: dict[str, str]
    reasons: dict[str, str]
    reasons_by_country: dict[str, dict[str, str]]
    small_business_by_country: dict[str, str]
    payment: str
    pay_by: str
    terms_days: str
    terms_at_once: str
    pay_in_parts: str
    account_holder: str
    bank: str
    account_number: str
    routing_number: str
    scan_to_pay: str
    exchange: str
    register: str
    managers: str
    phone: str
    email: str
    website: str
    tax_ids: dict[str, str]


ENGLISH: Texts = {
    "locale": "en_GB",
    "locale_by_country": {"US": "en_US", "CA": "en_CA", "AU": "en_AU", "NZ": "en_NZ", "IE": "en_IE"},
    "kinds": {"invoice": "Invoice"},
    "draft": "Draft",
    "draft_of": "(draft)",
    "page": "Page",
    "page_of": "of",
    "number": "Number",
    "issue_date": "Date",
    "supply_date": "Supply date",
    "supply_period": "Supply period",
    "due_date": "Due",
    "customer_number": "Customer no.",
    "payment_reference": "Payment reference",
    "buyer_reference": "Your reference",
    "purchase_order": "Purchase order",
    "contract": "Contract",
    "delivery_note": "Delivery note",
    "project": "Project",
    "tax_id_buyer": "Your {}",
    "delivered_to": "Delivered to",
    "attention": "Attn. {}",
    "position": "No.",
    "description": "Description",
    "quantity": "Quantity",
    "unit_price": "Unit price",
    "discount": "Discount",
    "tax": "Tax",
    "amount": "Amount {}",
    "sku": "Item no. {}",
    "service": "Service {}",
    "including_tax": "Prices include tax",
    "subtotal": "Subtotal",
    "charge": "Surcharge",
    "net": "Net amount",
    "total": "Total",
    "total_gross": "Total including tax",
    "tax_on": "{name} on {base}",
    "tax_within": "includes {name} on net {base}",
    "vat": "VAT",
    "sales_tax": "Tax",
    "category": {
        "S": "{name} {rate}",
        "Z": "{name} {rate}",
        "E": "Exempt",
        "AE": "Reverse charge",
        "K": "Intra-Community supply",
        "G": "Export",
        "O": "Not subject to {name}",
    },
    "reasons": {
        "E": "Exempt from tax.",
        "AE": "Reverse charge: the recipient accounts for the VAT.",
        "K": "Intra-Community supply, exempt under Article 138 of Directive 2006/112/EC.",
        "G": "Export outside the European Union, exempt under Article 146 of Directive 2006/112/EC.",
        "O": "Outside the scope of tax.",
    },
    "reasons_by_country": {
        "GB": {
            "AE": "Reverse charge: customer to account for VAT to HMRC.",
            "G": "Export from the United Kingdom, zero-rated.",
        },
        "US": {"E": "Exempt from sales tax.", "O": "No sales tax due."},
    },
    "small_business_by_country": {
        "": "No VAT is charged: small-business exemption.",
        "DE": "No VAT is charged: small-business exemption under section 19 of the German VAT Act (UStG).",
        "AT": "No VAT is charged: small-business exemption under section 6(1)(27) of the Austrian VAT Act (UStG).",
    },
    "payment": "Payment",
    "pay_by": "Please pay {amount} by {day}.",
    "terms_days": "Payable within {} days without deduction.",
    "terms_at_once": "Payable at once without deduction.",
    "pay_in_parts": "Please pay in these parts:",
    "account_holder": "Account holder",
    "bank": "Bank",
    "account_number": "Account number",
    "routing_number": "Routing number",
    "scan_to_pay": "Scan to pay (bank transfer)",
    "exchange": "In {base} at 1 {currency} = {rate} {base} ({source}, {day})",
    "register": "Register",
    "managers": "Management",
    "phone": "Phone",
    "email": "E-mail",
    "website": "Web",
    "tax_ids": {"VAT": "VAT ID", "TAX": "Tax number", "EIN": "EIN", "ABN": "ABN", "BN": "BN", "GSTIN": "GSTIN"},
}

GERMAN: Texts = {
    "locale": "de_DE",
    "locale_by_country": {"AT": "de_AT", "CH": "de_CH", "LI": "de_LI", "LU": "de_LU"},
    "kinds": {"invoice": "Rechnung"},
    "draft": "Entwurf",
    "draft_of": "(Entwurf)",
    "page": "Seite",
    "page_of": "von",
    "number": "Nummer",
    "issue_date": "Datum",
    "supply_date": "Leistungsdatum",
    "supply_period": "Leistungszeitraum",
    "due_date": "Fällig",
    "customer_number": "Kundennummer",
    "payment_reference": "Zahlungsreferenz",
    "buyer_reference": "Ihr Zeichen",
    "purchase_order": "Bestellnummer",
    "contract": "Vertrag",
    "delivery_note": "Lieferschein",
    "project": "Projekt",
    "tax_id_buyer": "Ihre {}",
    "delivered_to": "Geliefert an",
    "attention": "z. Hd. {}",
    "position": "Pos.",
    "description": "Beschreibung",
    "quantity": "Menge",
    "unit_price": "Einzelpreis",
    "discount": "Rabatt",
    "tax": "Steuer",
    "amount": "Betrag {}",
    "sku": "Artikel-Nr. {}",
    "service": "Leistung {}",
    "including_tax": "Preise inklusive Steuer",
    "subtotal": "Zwischensumme",
    "charge": "Zuschlag",
    "net": "Nettobetrag",
    "total": "Gesamtbetrag",
    "total_gross": "Gesamtbetrag inklusive Steuer",
    "tax_on": "{name} auf {base}",
    "tax_within": "darin {name} auf netto {base}",
    "vat": "USt.",
    "sales_tax": "Steuer",
    "category": {
        "S": "{name} {rate}",
        "Z": "{name} {rate}",
        "E": "Steuerfrei",
        "AE": "Reverse Charge",
        "K": "Innergemeinschaftliche Lieferung",
        "G": "Ausfuhr",
        "O": "Nicht steuerbar",
    },
    "reasons": {
        "E": "Steuerfreier Umsatz.",
        "AE": "Steuerschuldnerschaft des Leistungsempfängers (Reverse Charge).",
        "K": "Steuerfreie innergemeinschaftliche Lieferung (Artikel 138 der Richtlinie 2006/112/EG).",
        "G": "Steuerfreie Ausfuhrlieferung (Artikel 146 der Richtlinie 2006/112/EG).",
        "O": "Nicht steuerbarer Umsatz.",
    },
    "reasons_by_country": {
        "DE": {
            "AE": "Steuerschuldnerschaft des Leistungsempfängers (§ 13b UStG).",
            "K": "Steuerfreie innergemeinschaftliche Lieferung (§ 4 Nr. 1 Buchst. b, § 6a UStG).",
            "G": "Steuerfreie Ausfuhrlieferung (§ 4 Nr. 1 Buchst. a, § 6 UStG).",
        },
        "US": {"E": "Von der Verkaufssteuer befreit.", "O": "Keine Verkaufssteuer."},
    },
    "small_business_by_country": {
        "": "Es wird keine Umsatzsteuer berechnet (Kleinunternehmerregelung).",
        "DE": "Umsatzsteuerfrei aufgrund der Kleinunternehmerregelung (§ 19 UStG).",
        "AT": "Umsatzsteuerfrei aufgrund der Kleinunternehmerregelung (§ 6 Abs. 1 Z 27 UStG).",
    },
    "payment": "Zahlung",
    "pay_by": "Bitte zahlen Sie {amount} bis zum {day}.",
    "terms_days": "Zahlbar innerhalb von {} Tagen ohne Abzug.",
    "terms_at_once": "Sofort zahlbar ohne Abzug.",
    "pay_in_parts": "Bitte zahlen Sie in diesen Teilbeträgen:",
    "account_holder": "Kontoinhaber",
    "bank": "Bank",
    "account_number": "Kontonummer",
    "routing_number": "Bankleitzahl",
    "scan_to_pay": "Zahlen mit Code (Überweisung)",
    "exchange": "In {base} zu 1 {currency} = {rate} {base} ({source}, {day})",
    "register": "Handelsregister",
    "managers": "Geschäftsführung",
    "phone": "Telefon",
    "email": "E-Mail",
    "website": "Web",
    "tax_ids": {"VAT": "USt-IdNr.", "TAX": "Steuernummer", "EIN": "EIN", "ABN": "ABN", "BN": "BN", "GSTIN": "GSTIN"},
}

LANGUAGES: dict[str, Texts] = {"en": ENGLISH, "de": GERMAN}


def texts_for(language: str) -> tuple[str, Texts]:
    """The language a document is really written in, and its words; one we do not speak is answered in English."""
    tag = language.replace("_", "-").partition("-")[0].lower()
    return (tag, LANGUAGES[tag]) if tag in LANGUAGES else ("en", ENGLISH)
