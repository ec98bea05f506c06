"""The process that runs the official rules: one line of JSON in, one out, until its input ends or nobody asked for long.

A program of its own, started by `checker`: Saxon is a native library with threads of its own, which must never be forked, and
which may take the process with it. It imports nothing of this application, reads no setting and reaches no network.
"""

import json
import select
import sys
from functools import cache
from typing import Any
from xml.etree import ElementTree

from saxonche import PySaxonProcessor

SVRL = "{http://purl.oclc.org/dsdl/svrl}"
IDLE_SECONDS = 900


def main() -> None:
    saxon = PySaxonProcessor(license=False)
    compiler = saxon.new_xslt30_processor()

    @cache
    def rulebook(path: str) -> Any:
        return compiler.compile_stylesheet(stylesheet_file=path)

    while select.select([sys.stdin], [], [], IDLE_SECONDS)[0]:
        line = sys.stdin.readline()
        if not line:
            return
        asked = json.loads(line)
        fired, failed = 0, []
        node = saxon.parse_xml(xml_text=asked["xml"])
        for path in asked["stylesheets"]:
            answer = ElementTree.fromstring(rulebook(path).transform_to_string(xdm_node=node))  # noqa: S314
            fired += sum(1 for _ in answer.iter(f"{SVRL}fired-rule"))
            failed += [
                _said(each)
                for each in answer.iter()
                if each.tag in (f"{SVRL}failed-assert", f"{SVRL}successful-report")
            ]
        sys.stdout.write(json.dumps({"fired": fired, "failed": failed}) + "\n")
        sys.stdout.flush()


def _said(assertion: Any) -> dict[str, str]:
    words = " ".join("".join(assertion.itertext()).split())
    return {
        "rule": assertion.get("id") or "",
        "flag": assertion.get("flag") or assertion.get("role") or "fatal",
        "text": words,
        "location": assertion.get("location") or "",
    }


if __name__ == "__main__":
    main()
