"""Looking at a file from outside before any parser builds a tree of it: no DTD, no entity, nothing deep, nothing endless."""

from xml.parsers import expat

DEPTH = 100
ELEMENTS = 200_000
ATTRIBUTES = 100
NAMESPACES = 200
XINCLUDE = "http://www.w3.org/2001/XInclude"
PDF = b"%PDF-"
ROOTS = frozenset({
    "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2 Invoice",
    "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2 CreditNote",
    "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100 CrossIndustryInvoice",
})  # fmt: skip


class Refused(Exception):
    """The file is refused; `code` names the sentence, `params` fill it. Nothing of the file's content is in it."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def is_pdf(data: bytes) -> bool:
    return PDF in data[:1024]


def scan(data: bytes) -> None:
    """Raises Refused: received.dtd for a document type (XXE, entity bombs), received.unknown for another root than an invoice's,
    received.include, received.deep beyond DEPTH levels, received.many beyond ELEMENTS elements, ATTRIBUTES of one element or NAMESPACES
    declared, received.not_xml for what is no well-formed XML.

    Expat tells of a document type before it reads what the type declares, so no entity is ever expanded or fetched.
    """
    depth = count = declared = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        if not count and name not in ROOTS:
            raise Refused("received.unknown")
        depth += 1
        count += 1
        if depth > DEPTH:
            raise Refused("received.deep", limit=DEPTH)
        if count > ELEMENTS:
            raise Refused("received.many", limit=ELEMENTS)
        if len(attributes) > ATTRIBUTES:
            raise Refused("received.many", limit=ATTRIBUTES)
        if name.startswith(XINCLUDE):
            raise Refused("received.include")

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1

    def namespace(prefix: str, uri: str) -> None:
        nonlocal declared
        declared += 1
        if declared > NAMESPACES:
            raise Refused("received.many", limit=NAMESPACES)

    def doctype(*told: object) -> None:
        raise Refused("received.dtd")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartNamespaceDeclHandler = namespace
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = doctype
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError):
        raise Refused("received.not_xml") from None
