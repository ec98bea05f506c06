"""What a web process loads: the site, not the renderer's forty megabytes, whose native libraries it may not even have."""

import subprocess
import sys

from tests.house.source import ROOT

LOADED = """
import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "invoicing_site.settings")
import django
django.setup()
import invoicing_site.urls
print(sorted({"weasyprint", "saxonche", "pypdf"} & set(sys.modules)))
"""


def test_a_web_process_loads_no_renderer() -> None:
    said = subprocess.run([sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.strip().splitlines()[-1] == "[]"
