"""Files of reference rates in the forms the ECB publishes."""

import datetime as dt
import io
import zipfile
from collections.abc import Mapping

Days = Mapping[dt.date, Mapping[str, str]]


def xml_of(days: Days) -> bytes:
    cubes = ""
    for day, rates in days.items():
        inside = "".join(f"<Cube currency='{code}' rate='{rate}'/>" for code, rate in rates.items())
        cubes += f"<Cube time='{day}'>{inside}</Cube>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?><gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" '
        'xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><gesmes:subject>Reference rates</gesmes:subject>'
        f"<gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender><Cube>{cubes}</Cube></gesmes:Envelope>"
    ).encode()


def csv_of(days: Days) -> bytes:
    codes = sorted({code for rates in days.values() for code in rates})
    rows = [",".join([day.isoformat(), *(rates.get(code, "N/A") for code in codes), ""]) for day, rates in days.items()]
    return "\n".join([",".join(["Date", *codes, ""]), *rows, ""]).encode()


def zipped(content: bytes, *, encrypted: bool = False) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("eurofxref.csv", content)
    found = bytearray(made.getvalue())
    if encrypted:
        found[6] |= 1
        found[found.index(b"PK\x01\x02") + 8] |= 1
    return bytes(found)
