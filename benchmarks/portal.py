"""What a customer's first visit weighs, and what it costs the server."""

import gzip
import re
import time
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client as Browser

from benchmarks.rounds import middle
from benchmarks.world import World
from billing.actions.issue import issue
from invoicing_site import clock
from invoicing_site.actions.links import link_url, make_link

VISITS = 60


def measure() -> list[dict[str, Any]]:
    settings.ALLOWED_HOSTS = ["testserver"]
    world = World("portal")
    document = world.draft(10)
    issue(company=world.company, document_uuid=document.uuid, actor=world.actor, at=clock.now())
    link = make_link(
        company=world.company, purpose="view", subject=("document", document.uuid), recipient="", days=30,
        actor=world.actor, at=clock.now(),
    )  # fmt: skip
    path, browser = link_url(link).removeprefix(settings.BASE_URL), Browser()
    answer = browser.get(path)
    assert answer.status_code == 200, answer.status_code
    markup = answer.content
    files = sorted(set(re.findall(rb'(?:href|src)="/static/([^"?]+)"', markup)))
    weights = [len(gzip.compress(markup))]
    for name in files:
        found = finders.find(name.decode())
        assert isinstance(found, str), name
        with open(found, "rb") as file:
            weights.append(len(gzip.compress(file.read())))
    seconds = []
    for _ in range(VISITS):
        begun = time.process_time()
        browser.get(path)
        seconds.append(time.process_time() - begun)
    return [
        {
            "figure": f"first visit of a document of ten lines behind a link: HTML and {len(files)} files, compressed",
            "reached": f"{sum(weights) / 1000:.1f} kB",
            "baseline": f"HTML {weights[0] / 1000:.1f} kB",
            "ratio": "–",
            "target": "≤ 60 kB",
        },
        {
            "figure": "the same page, server's CPU",
            "reached": f"{middle(seconds) * 1000:.1f} ms",
            "baseline": "–",
            "ratio": "–",
            "target": "published",
        },
    ]
