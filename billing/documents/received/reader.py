"""Reading an uploaded e-invoice without letting it near this process: another one parses it, under limits.

Not `invoicing_site.fork`: uploads come to web processes, which have threads and are never prepared for forking.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings

from invoicing_site.context import refuse_in_action
from invoicing_site.errors import BusinessError

PROGRAM = Path(__file__).with_name("reader_process.py")
SECONDS = 6
FIELD = "einvoice"


def read_file(data: bytes) -> dict[str, Any]:
    """What the e-invoice in `data` (UBL or CII XML, or a PDF with one in it) states: texts, figures as written.

    Raises at "einvoice": received.too_large beyond RECEIVED_MAX_BYTES, received.heavy for a file that needs too much time or memory, and
    the codes of `stated`. Nothing is fetched, nothing is expanded, nothing of the file is in an error.
    """
    refuse_in_action("reading a file from outside")
    if len(data) > settings.RECEIVED_MAX_BYTES:
        raise BusinessError("received.too_large", FIELD, megabytes=settings.RECEIVED_MAX_BYTES // 1024 // 1024)
    try:
        done = subprocess.run(
            [sys.executable, str(PROGRAM)],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.defpath, "LANG": "C.UTF-8"},
            timeout=SECONDS,
            check=False,
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        raise BusinessError("received.heavy", FIELD) from None
    refused = answer.get("refused")
    if refused:
        raise BusinessError(refused["code"], FIELD, **refused["params"])
    found: dict[str, Any] = answer["stated"]
    return found
