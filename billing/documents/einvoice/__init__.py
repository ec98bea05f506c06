"""E-invoices: EN 16931 as UBL 2.1 and as CII, written from the snapshot (docs/adr/0012-e-invoice.md)."""

from collections.abc import Mapping
from typing import Any

from billing.documents.einvoice.cii import write_cii
from billing.documents.einvoice.codes import EN16931, FACTURX, PROFILES, Profile
from billing.documents.einvoice.content import read_content
from billing.documents.einvoice.ubl import write_ubl

__all__ = ["EN16931", "FACTURX", "PROFILES", "Profile", "cii", "cii_for_facturx", "ubl", "written"]

Facts = Mapping[str, Any]


def ubl(facts: Facts, parties: Facts, profile: Profile = EN16931, files: Mapping[str, bytes] | None = None) -> bytes:
    """UBL 2.1 in `profile`, from the two parts of a snapshot; `files` are attached files by SHA-256, embedded.

    The same snapshot gives the same bytes. Raises what `read_content` raises.
    """
    return write_ubl(read_content(facts, parties, profile, files))


def cii(facts: Facts, parties: Facts, profile: Profile = EN16931, files: Mapping[str, bytes] | None = None) -> bytes:
    """The same as CII D16B."""
    return write_cii(read_content(facts, parties, profile, files))


def cii_for_facturx(facts: Facts, parties: Facts) -> bytes:
    """What goes into a Factur-X PDF as `factur-x.xml` (profile EN 16931). Files attached to the document are named, not embedded."""
    return cii(facts, parties, FACTURX)


def written(
    syntax: str, facts: Facts, parties: Facts, profile: Profile, files: Mapping[str, bytes] | None = None
) -> bytes:
    """In the syntax named "ubl" or "cii"."""
    return {"ubl": ubl, "cii": cii}[syntax](facts, parties, profile, files)
