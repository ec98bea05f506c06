"""The codes an e-invoice speaks in: kinds of documents, profiles, reasons of exemption."""

from dataclasses import dataclass

CEN = "urn:cen.eu:en16931:2017"
BILLING = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
CREDIT_NOTE = "381"

# UNTDID 1001 (BT-3). An opening balance, an offer and a pro forma are no invoices.
TYPE_CODES = {
    "invoice": "380",
    "deposit": "386",
    "deposit_invoice": "386",
    "credit_note": CREDIT_NOTE,
    "debit_note": "383",
}

# Where the tax has no code of its own (VATEX list, BT-121); exempt and zero-rated supplies have many, and name theirs.
REASON_CODES = {"AE": "VATEX-EU-AE", "K": "VATEX-EU-IC", "G": "VATEX-EU-G", "O": "VATEX-EU-O"}
REASONS = {
    "AE": "Reverse charge",
    "K": "Intra-community supply",
    "G": "Export outside the EU",
    "O": "Not subject to VAT",
    "E": "Exempt from VAT",
}
TAXED_IN_WORDS = frozenset({"AE", "K", "G", "E", "O"})


@dataclass(frozen=True, slots=True)
class Profile:
    """What a format promises: its identifier (BT-24), its process (BT-23), and whether it follows XRechnung's habits."""

    name: str
    customization: str
    process: str = ""
    german: bool = False


EN16931 = Profile("en16931", CEN)
PEPPOL = Profile("peppol", f"{CEN}#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0", BILLING)
XRECHNUNG = Profile("xrechnung", f"{CEN}#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0", BILLING, german=True)
FACTURX = Profile("facturx", CEN)

# The route on the client's page → what its invoices are written in.
PROFILES = {profile.name: profile for profile in (EN16931, PEPPOL, XRECHNUNG, FACTURX)}


def type_code(kind: str, profile: Profile) -> str:
    """BT-3. XRechnung takes neither 383 nor 386 (BR-DE-17): there both are an invoice, and say in words what they are."""
    code = TYPE_CODES[kind]
    return "380" if profile.german and code in ("383", "386") else code
