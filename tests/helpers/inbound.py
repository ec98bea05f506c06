"""Files somebody may upload as an e-invoice: good ones, and all the others."""

import io
import zlib
from collections.abc import Callable

import pikepdf

from billing.actions.received import receive
from billing.documents.einvoice import cii_for_facturx, ubl
from billing.documents.received.reader import read_file
from billing.models import Received
from invoicing_site import clock
from invoicing_site.models import Company, User
from tests.helpers.einvoices import line, snapshot

PLAIN = ubl(*snapshot([line("2", "50")]))
HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n'
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
MEGABYTE = 1024 * 1024


def taken(company: Company, data: bytes = PLAIN, actor: User | None = None, name: str = "rechnung.xml") -> Received:
    """As an upload is taken in."""
    return receive(company=company, data=data, stated=read_file(data), name=name, actor=actor, at=clock.now())


def pdf_with(xml: bytes | None, name: str = "factur-x.xml") -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        if xml is not None:
            pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, xml, filename=name, mime_type="text/xml")
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def facturx() -> bytes:
    return pdf_with(cii_for_facturx(*snapshot([line("2", "50")])))


def _bomb_in_pdf(size: int) -> bytes:
    """An attachment that unpacks to `size` bytes."""
    packer = zlib.compressobj(9)
    packed = b"".join([packer.compress(b" " * MEGABYTE) for _ in range(size // MEGABYTE)]) + packer.flush()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.attachments["factur-x.xml"] = pikepdf.AttachedFileSpec(pdf, b"x", filename="factur-x.xml")
        stream = pdf.attachments["factur-x.xml"].get_file().obj
        stream.write(packed, filter=pikepdf.Name("/FlateDecode"))
        out = io.BytesIO()
        pdf.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return out.getvalue()


def _doubly_packed() -> bytes:
    """A few hundred bytes that unpack twice to a gigabyte."""
    inner = zlib.compress(zlib.compress(b" " * (64 * MEGABYTE), 9), 9)
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.attachments["factur-x.xml"] = pikepdf.AttachedFileSpec(pdf, b"x", filename="factur-x.xml")
        stream = pdf.attachments["factur-x.xml"].get_file().obj
        both = pikepdf.Array([pikepdf.Name("/FlateDecode"), pikepdf.Name("/FlateDecode")])
        stream.write(inner, filter=both, decode_parms=pikepdf.Array([pikepdf.Dictionary(), pikepdf.Dictionary()]))
        out = io.BytesIO()
        pdf.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return out.getvalue()


def _encrypted() -> bytes:
    with pikepdf.open(io.BytesIO(facturx())) as pdf:
        out = io.BytesIO()
        pdf.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    return out.getvalue()


def _laughs(depth: int) -> bytes:
    entities = b"".join(
        b'<!ENTITY l%d "%s">' % (level, b"&l%d;" % (level - 1) * 10 if level else b"lol") for level in range(depth)
    )
    return HEAD + b"<!DOCTYPE Invoice [" + entities + b"]><Invoice>&l%d;</Invoice>" % (depth - 1)


def _inside(text: bytes) -> bytes:
    return PLAIN.replace(b"PO-88123", text)


XXE = b'<!DOCTYPE x [<!ENTITY x SYSTEM "%s">]>'

# name → (the file, the code it is refused with)
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "file by entity": (lambda: HEAD + XXE % b"file:///etc/passwd" + b"<x>&x;</x>", "received.dtd"),
    "network by entity": (lambda: HEAD + XXE % b"http://127.0.0.1:9/x" + b"<x>&x;</x>", "received.dtd"),
    "parameter entity": (
        lambda: HEAD + b'<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]><x/>', "received.dtd",
    ),
    "outer DTD": (lambda: HEAD + b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>', "received.dtd"),
    "billion laughs": (lambda: _laughs(10), "received.dtd"),
    "quadratic blow-up": (
        lambda: HEAD + b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 100_000 + b'">]><x>' + b"&a;" * 100_000 + b"</x>", "received.dtd",
    ),
    "DTD in UTF-16": (
        lambda: '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'.encode("utf-16"), "received.dtd",
    ),
    "DTD before a good invoice": (lambda: PLAIN.replace(b"?>\n", b"?>\n<!DOCTYPE Invoice>", 1), "received.dtd"),
    "XInclude": (
        lambda: _inside(b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/>'), "received.include",
    ),
    "undeclared entity": (lambda: _inside(b"&secret;"), "received.not_xml"),
    "50 MB": (lambda: HEAD + b"<x>" + b"a" * (50 * MEGABYTE) + b"</x>", "received.too_large"),
    "deep": (lambda: _inside(b"<a>" * 20_000 + b"</a>" * 20_000), "received.deep"),
    "deep and namespaced": (lambda: _inside(b'<a xmlns="urn:x">' * 5_000 + b"</a>" * 5_000), "received.deep"),
    "a million elements": (lambda: _inside(b"<a/>" * 1_000_000), "received.many"),
    "many attributes": (
        lambda: _inside(b"<x " + b" ".join(b'a%d="1"' % n for n in range(200_000)) + b"/>"), "received.many",
    ),
    "one long text": (lambda: _inside(b"a" * (5 * MEGABYTE - 60_000)) + b"<", "received.not_xml"),
    "many namespaces": (
        lambda: _inside(b"".join(b'<a xmlns:n%d="urn:%d"/>' % (n, n) for n in range(100_000))), "received.many",
    ),
    "unknown encoding": (lambda: b'<?xml version="1.0" encoding="x-klingon"?><x/>', "received.not_xml"),
    "other XML": (lambda: HEAD + b"<html/>", "received.unknown"),
    "EICAR": (lambda: EICAR, "received.not_xml"),
    "EICAR in a PDF": (lambda: pdf_with(EICAR), "received.not_xml"),
    "empty": (lambda: b"", "received.not_xml"),
    "noise": (lambda: bytes(range(256)) * 4000, "received.not_xml"),
    "zip": (lambda: b"PK\x03\x04" + b"\0" * 1000, "received.not_xml"),
    "UTF-8 broken": (lambda: _inside(b"\xff\xfe"), "received.not_xml"),
    "wrong number": (lambda: PLAIN.replace(b">119.00<", b">1e999999<"), "received.amount"),
    "not a number": (lambda: PLAIN.replace(b">119.00<", b">NaN<"), "received.amount"),
    "digits of another script": (lambda: PLAIN.replace(b">119.00<", ">١١٩<".encode()), "received.amount"),
    "impossible day": (lambda: PLAIN.replace(b"2026-11-20", b"2026-02-30"), "received.date"),
    "no number": (lambda: PLAIN.replace(b"INV-2026-00042", b" "), "received.missing"),
    "PDF without XML": (lambda: pdf_with(None), "received.no_xml"),
    "PDF with other files": (lambda: pdf_with(b"x", "picture.png"), "received.no_xml"),
    "half a PDF": (lambda: b"%PDF-1.7\n" + b"1 0 obj <<" * 1000, "received.pdf"),
    "encrypted PDF": (_encrypted, "received.pdf"),
    "bomb in a PDF": (lambda: _bomb_in_pdf(256 * MEGABYTE), "received.too_large"),
    "packed twice in a PDF": (_doubly_packed, "received.pdf"),
    "DTD in a PDF": (lambda: pdf_with(_laughs(9)), "received.dtd"),
}  # fmt: skip
