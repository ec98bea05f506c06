"""The XML inside a Factur-X, ZUGFeRD or XRechnung PDF."""

import io
import zlib
from typing import Any

from billing.documents.received.scan import Refused

LARGEST = 5 * 1024 * 1024
# Names the standards give to the attached invoice; else any one attached XML file.
NAMES = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml")


def embedded(data: bytes) -> bytes:
    """The attached XML, LARGEST bytes at most. Raises Refused: received.pdf for a PDF that cannot be opened (encrypted ones too),
    received.no_xml where none is attached, received.too_large for one that unpacks to more."""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            found = {name.lower(): spec for name, spec in pdf.attachments.items()}
            name = next((each for each in NAMES if each in found), None)
            name = name or next((each for each in sorted(found) if each.endswith(".xml")), None)
            if name is None:
                raise Refused("received.no_xml")
            return _unpacked(found[name].get_file().obj)
    except Refused:
        raise
    except Exception:  # a parser in C on somebody else's file: whatever it says, the file is not readable
        raise Refused("received.pdf") from None


def _unpacked(stream: Any) -> bytes:
    """The content of a stream that is stored plain or deflated once, as every writer of these files does; nothing else."""
    filters = stream.get("/Filter")
    raw = bytes(stream.read_raw_bytes())
    if filters is None:
        content = raw
    elif str(filters) == "/FlateDecode" or [str(each) for each in filters] == ["/FlateDecode"]:
        content = zlib.decompressobj().decompress(raw, LARGEST + 1)
    else:
        raise Refused("received.pdf")
    if len(content) > LARGEST:
        raise Refused("received.too_large", megabytes=LARGEST // 1024 // 1024)
    return content
