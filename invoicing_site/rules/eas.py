"""Electronic addresses: which register an address is from (the EAS list of the European Commission). Pure.

The commonest of the list; labels are names of registers, which nobody translates.
"""

from __future__ import annotations

from invoicing_site.errors import BusinessError

SCHEMES = {
    "0002": "SIRENE (FR)", "0007": "Organisationsnummer (SE)", "0009": "SIRET (FR)", "0060": "DUNS", "0088": "GLN",
    "0096": "P-nummer (DK)", "0106": "KvK (NL)", "0151": "ABN (AU)", "0183": "UIDB (CH)", "0184": "CVR (DK)",
    "0188": "法人番号 (JP)", "0190": "OIN (NL)", "0191": "Registrikood (EE)", "0192": "Organisasjonsnummer (NO)",
    "0195": "UEN (SG)", "0196": "Kennitala (IS)", "0200": "Juridinio asmens kodas (LT)", "0201": "IPA (IT)",
    "0204": "Leitweg-ID (DE)", "0208": "KBO/BCE (BE)", "0211": "Partita IVA (IT)", "0212": "Y-tunnus (FI)",
    "0213": "ALV-numero (FI)", "0216": "OVT (FI)", "0218": "PVN reģ. nr. (LV)", "0221": "登録番号 (JP)",
    "0225": "Annuaire (FR)", "0230": "TIN (MY)", "9910": "VAT HU", "9914": "VAT AT", "9915": "Verwaltung AT",
    "9918": "IBAN", "9919": "GLN/KUR AT", "9920": "VAT ES", "9922": "VAT AD", "9923": "VAT AL", "9924": "VAT BA",
    "9925": "VAT BE", "9926": "VAT BG", "9927": "VAT CH", "9928": "VAT CY", "9929": "VAT CZ", "9930": "VAT DE",
    "9931": "VAT EE", "9932": "VAT GB", "9933": "VAT EL", "9934": "VAT HR", "9935": "VAT IE", "9936": "VAT LI",
    "9937": "VAT LT", "9938": "VAT LU", "9939": "VAT LV", "9940": "VAT MC", "9941": "VAT ME", "9942": "VAT MK",
    "9943": "VAT MT", "9944": "VAT NL", "9945": "VAT PL", "9946": "VAT PT", "9947": "VAT RO", "9948": "VAT RS",
    "9949": "VAT SI", "9950": "VAT SK", "9951": "VAT SM", "9952": "VAT TR", "9953": "VAT VA", "9957": "VAT FR",
    "EM": "E-mail",
}  # fmt: skip


def check_endpoint(scheme: str, value: str) -> None:
    """Both or neither. Raises endpoint.scheme at "endpoint_scheme", endpoint.value at "endpoint"."""
    if value and not scheme:
        raise BusinessError("endpoint.scheme", "endpoint_scheme")
    if scheme and scheme not in SCHEMES:
        raise BusinessError("endpoint.scheme", "endpoint_scheme")
    if scheme and not value:
        raise BusinessError("endpoint.value", "endpoint")


def choices() -> list[tuple[str, str]]:
    return [("", "—"), *((code, f"{code} – {name}") for code, name in SCHEMES.items())]
