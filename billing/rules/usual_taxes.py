"""The taxes a company usually needs, by its country and language: what it starts with, and what is added when first used.

Pure. Names and reasons are printed on documents, so they are in the company's language.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from billing.rules.places import MEMBERS
from billing.rules.tax_mapping import VATEX
from billing.rules.usual_rates import CHARGED, COUNTRIES, EXEMPT, STANDARD, ZERO, Rate, rates_of

SINCE = dt.date(1993, 1, 1)
WORDS = {
    **dict.fromkeys(("DE", "AT"), "USt"), **dict.fromkeys(("FR", "BE", "LU"), "TVA"), **dict.fromkeys(("ES", "IT", "PT"), "IVA"),
    "CH": "MWST", "NL": "BTW", "DK": "Moms", "SE": "Moms", "NO": "MVA", "FI": "ALV", "JP": "消費税", "PL": "VAT", "EE": "KM",
}  # fmt: skip
COMMA = frozenset({"de", "fr", "es"})
NAMES = {
    "intra": {"en": "Intra-Community supply", "de": "Innergemeinschaftliche Lieferung", "fr": "Livraison intracommunautaire", "es": "Entrega intracomunitaria"},
    "reverse": {"en": "Reverse charge", "de": "Reverse Charge", "fr": "Autoliquidation", "es": "Inversión del sujeto pasivo"},
    "export": {"en": "Export", "de": "Ausfuhr", "fr": "Exportation", "es": "Exportación"},
    "outside": {"en": "Outside the scope of VAT", "de": "Nicht steuerbar", "fr": "Hors champ de la TVA", "es": "No sujeta"},
    "no_tax": {"en": "No VAT", "de": "Keine Umsatzsteuer", "fr": "Sans TVA", "es": "Sin IVA"},
    "no_sales_tax": {"en": "No sales tax", "de": "Keine Sales Tax", "fr": "Sans taxe de vente", "es": "Sin impuesto de venta"},
    "abroad": {"en": "Sale abroad", "de": "Verkauf ins Ausland", "fr": "Vente à l'étranger", "es": "Venta al extranjero"},
    "exempt_buyer": {"en": "Tax exempt", "de": "Steuerbefreit", "fr": "Exonéré", "es": "Exento"},
    "exempt": {"en": "Exempt", "de": "Steuerfrei", "fr": "Exonéré", "es": "Exento"},
}  # fmt: skip
REASONS = {
    "intra": {
        "en": "Exempt intra-Community supply, Art. 138 Directive 2006/112/EC", "de": "Steuerfreie innergemeinschaftliche Lieferung",
        "fr": "Exonération de TVA, art. 138 de la directive 2006/112/CE", "es": "Entrega intracomunitaria exenta, art. 138 Directiva 2006/112/CE",
    },
    "reverse": {
        "en": "Reverse charge", "de": "Steuerschuldnerschaft des Leistungsempfängers / Reverse charge",
        "fr": "Autoliquidation / Reverse charge", "es": "Inversión del sujeto pasivo / Reverse charge",
    },
    "export": {
        "en": "Export, no tax charged", "de": "Steuerfreie Ausfuhrlieferung", "fr": "Exportation exonérée de TVA", "es": "Exportación exenta",
    },
    "outside": {
        "en": "Outside the scope of VAT: supplied where the customer is", "de": "Nicht steuerbar: Leistungsort beim Empfänger",
        "fr": "Hors champ de la TVA : lieu de prestation chez le preneur", "es": "No sujeta: servicio localizado en destino",
    },
    "no_tax": {
        "en": "No value added tax is levied", "de": "Es wird keine Umsatzsteuer erhoben", "fr": "Aucune TVA n'est due", "es": "No se aplica IVA",
    },
    "no_sales_tax": {
        "en": "No sales tax charged at this place", "de": "An diesem Ort wird keine Sales Tax erhoben",
        "fr": "Aucune taxe de vente à ce lieu", "es": "Sin impuesto de venta en este lugar",
    },
    "abroad": {
        "en": "Sale outside the United States", "de": "Verkauf außerhalb der Vereinigten Staaten",
        "fr": "Vente hors des États-Unis", "es": "Venta fuera de los Estados Unidos",
    },
    "exempt_buyer": {
        "en": "Exempt: certificate on file", "de": "Steuerbefreit: Nachweis liegt vor", "fr": "Exonéré : attestation reçue",
        "es": "Exento: certificado recibido",
    },
    "exempt": {"en": "Exempt from tax", "de": "Steuerfrei", "fr": "Exonéré de taxe", "es": "Exento de impuesto"},
}  # fmt: skip
# The section of the national act that grants the exemption, where its readers look for it.
LAW = {("DE", "intra"): ", § 4 Nr. 1b UStG", ("DE", "export"): ", § 4 Nr. 1a UStG"}
CATEGORY = {"intra": "K", "reverse": "AE", "export": "G", "exempt_buyer": "E", "exempt": "E"}  # all others: O
CODES = {
    "intra": "EU-IC", "reverse": "EU-RC", "export": "EXPORT", "outside": "OUTSIDE", "no_tax": "NO-TAX", "no_sales_tax": "NO-TAX",
    "abroad": "ABROAD", "exempt_buyer": "EXEMPT", "exempt": "EXEMPT",
}  # fmt: skip
LETTER = dict(zip(CHARGED, "SIRX", strict=True))
SALES_TAX_NYC = Rate(Decimal("8.875"), dt.date(2009, 8, 1), None)


class UsualTax(NamedTuple):
    """A tax as it is added: `country` is empty where the rate is the seller's own."""

    code: str
    name: str
    category: str
    tax_class: str
    country: str = ""
    reason: str = ""
    reason_code: str = ""
    rates: tuple[Rate, ...] = (Rate(Decimal(0), SINCE, None),)


def usual_taxes(country: str, language: str, region: str = "") -> tuple[UsualTax, ...]:
    """What a company in `country` starts with; `region` matters in the United States alone."""
    if country == "US":
        city = UsualTax("NYC", "Sales tax NYC", "S", STANDARD, rates=(SALES_TAX_NYC,))
        rest = [uncharged(reason, country, language) for reason in ("exempt_buyer", "no_sales_tax", "abroad")]
        return (*([city] if region in ("", "NY") else []), *rest)
    if country not in COUNTRIES:
        return (uncharged("no_tax", country, language),)
    own = [charged(country, tax_class, language) for tax_class in CHARGED if rates_of(country, tax_class)]
    zero = UsualTax(f"{country}0", f"{WORDS.get(country, 'VAT')} 0 %", "Z", ZERO) if country == "GB" else None
    reasons = (*(("reverse", "intra") if country in MEMBERS else ()), "export", "outside")
    return (*own, *([zero] if zero else []), *(uncharged(reason, country, language) for reason in reasons))


def charged(country: str, tax_class: str, language: str, *, abroad: bool = False) -> UsualTax:
    """A country's tax of a class that has rates; `abroad` where another country's seller charges it (One Stop Shop)."""
    rates = rates_of(country, tax_class)
    now = format(rates[-1].rate.normalize(), "f")
    name = f"{WORDS.get(country, 'VAT')} {now.replace('.', ',') if language in COMMA else now} %"
    if abroad:
        return UsualTax(
            f"OSS-{country}-{LETTER[tax_class]}", f"{name} ({country})", "S", tax_class, country, rates=rates
        )
    return UsualTax(f"{country}{now}", name, "S", tax_class, rates=rates)


def uncharged(reason: str, country: str, language: str) -> UsualTax:
    """The tax that charges nothing for `reason`, a key of REASONS."""
    category = CATEGORY.get(reason, "O")
    spoken = language if language in REASONS[reason] else "en"
    code = VATEX.get(reason, "") if country in MEMBERS else ""
    text = REASONS[reason][spoken] + LAW.get((country, reason), "")
    tax_class = EXEMPT if category == "E" else STANDARD
    return UsualTax(CODES[reason], NAMES[reason][spoken], category, tax_class, "", text, code)
