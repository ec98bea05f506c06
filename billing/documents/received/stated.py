"""From the bytes of a file to what the invoice in it states. Runs in the reader's process only, but for tests."""

from typing import Any

from lxml import etree

from billing.documents.received import cii, ubl
from billing.documents.received.pdf import embedded
from billing.documents.received.scan import Refused, is_pdf, scan
from billing.documents.received.values import checked


def stated(data: bytes) -> dict[str, Any]:
    """What the file states, as texts. Raises Refused with the codes of `scan`, `embedded` and `values`."""
    return read_xml(embedded(data) if is_pdf(data) else data)


def read_xml(xml: bytes) -> dict[str, Any]:
    scan(xml)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, remove_comments=True,
        remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise Refused("received.not_xml") from None
    if root.tag in ubl.ROOTS:
        return checked(ubl.read_ubl(root, ubl.ROOTS[root.tag]))
    return checked(cii.read_cii(root))
