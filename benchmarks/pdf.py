"""Rendering: PDF/A-3a with an attachment, warm, against WeasyPrint as one would first call it; the fork and a second worker apart."""

import datetime as dt
import multiprocessing
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from benchmarks.rounds import alternate, middle, ratio
from billing.documents import pdf
from billing.documents.attached import Attached
from billing.documents.html import ROOT, sheets, to_html
from billing.documents.specimen import specimen
from billing.documents.view import DocumentView, document_view
from invoicing_site import fork

MOMENT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
ATTACHED = (Attached("factur-x.xml", b"<x/>" * 2000, "The same invoice as XML"),)
ROUNDS, PAIRS = 9, 5


def view(lines: int) -> DocumentView:
    facts, parties = specimen("de", "DE")
    facts["lines"] = [facts["lines"][0] | {"position": n + 1} for n in range(lines)]
    return document_view(facts, parties)


def ours(one: DocumentView) -> bytes:
    return pdf.render(one, assets={}, created=MOMENT, attachments=ATTACHED)


def naive(one: DocumentView) -> bytes:
    """The same markup and styles with nothing reused, WeasyPrint's own stylesheet, a plain PDF."""
    fonts = FontConfiguration()
    text = "".join((ROOT / "static" / "documents" / f"{name}.css").read_text() for name in sheets(one))
    markup = to_html(one).replace('src="asset:qr"', "")
    done: bytes = HTML(string=markup).write_pdf(stylesheets=[CSS(string=text, font_config=fonts)], font_config=fonts)
    return done


def cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def cpu_with_children(work: Callable[[], object]) -> float:
    def spent() -> float:
        child = resource.getrusage(resource.RUSAGE_CHILDREN)
        return time.process_time() + child.ru_utime + child.ru_stime

    start = spent()
    work()
    return spent() - start


def many(count: int, barrier: Any) -> None:
    one = view(10)
    ours(one)
    barrier.wait()
    for _ in range(count):
        ours(one)


def throughput(workers: int, count: int = 60) -> float:
    """PDFs a second of `workers` warm processes."""
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(workers + 1)
    processes = [context.Process(target=many, args=(count, barrier)) for _ in range(workers)]
    for process in processes:
        process.start()
    barrier.wait()
    start = time.perf_counter()
    for process in processes:
        process.join()
    return workers * count / (time.perf_counter() - start)


def measure() -> list[dict[str, Any]]:
    pdf.warm()
    one, thousand = view(10), view(1000)
    page = alternate(
        {
            "ours": lambda: cpu(lambda: ours(one)),
            "naive": lambda: cpu(lambda: naive(one)),
            "forked": lambda: cpu_with_children(lambda: fork.run(lambda: ours(one))),
        },
        ROUNDS,
    )
    page |= alternate({"two": lambda: throughput(2), "one": lambda: throughput(1)}, PAIRS)
    memory = _alone()
    # Both as the product renders them: in a forked child, which never collects garbage.
    whole = middle([cpu_with_children(lambda: fork.run(lambda: ours(thousand))) for _ in range(3)])
    twice = cpu_with_children(lambda: fork.run(lambda: ours(view(2000))))
    return [
        _row("PDF/A-3a with attachment, one page, warm / naive WeasyPrint", page, "ours", "naive", "≤ 0.85, aim 0.65"),
        {
            "figure": "price of the fork for one page",
            "reached": f"{(middle(page['forked']) - middle(page['ours'])) * 1000:.0f} ms CPU",
            "baseline": f"in process {middle(page['ours']) * 1000:.0f} ms CPU",
            "ratio": f"{ratio(page, 'forked', 'ours'):.2f}",
            "target": "published",
        },
        {
            "figure": "two renderers / one, PDFs a second",
            "reached": f"{middle(page['two']):.1f}",
            "baseline": f"{middle(page['one']):.1f}",
            "ratio": f"{ratio(page, 'two', 'one'):.2f}",
            "target": "≥ 1.8",
        },
        {
            "figure": "1,000 lines / one page, both forked",
            "reached": f"{whole:.2f} s CPU",
            "baseline": f"{middle(page['forked']) * 1000:.0f} ms CPU",
            "ratio": f"{whole / middle(page['forked']):.0f}",
            "target": "≤ 60",
        },
        {
            "figure": "2,000 lines with carried sums, forked",
            "reached": f"{twice:.2f} s CPU",
            "baseline": f"{middle(page['forked']) * 1000:.0f} ms CPU",
            "ratio": f"{twice / middle(page['forked']):.0f}",
            "target": "published",
        },
        {
            "figure": "renderer, resident memory at 100 lines (forked child, the larger of the two)",
            "reached": f"{memory:.0f} MiB",
            "baseline": "–",
            "ratio": "–",
            "target": "≤ 120 MiB",
        },
    ]


def _row(figure: str, found: dict[str, list[float]], name: str, baseline: str, target: str) -> dict[str, Any]:
    return {
        "figure": figure,
        "reached": f"{middle(found[name]) * 1000:.0f} ms CPU",
        "baseline": f"{middle(found[baseline]) * 1000:.0f} ms CPU",
        "ratio": f"{ratio(found, name, baseline):.2f}",
        "target": target,
    }


def _alone() -> float:
    """Resident memory a forked render of 100 lines reaches in a process that is nothing but a render worker, MiB."""
    script = "import django; django.setup(); from benchmarks import pdf; print(pdf.peak())"
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", script], capture_output=True, text=True, check=True)
    return float(done.stdout)


def peak() -> float:
    pdf.warm()
    one = view(100)

    def job() -> bytes:
        ours(one)
        return str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024).encode()

    return float(fork.run(job))
