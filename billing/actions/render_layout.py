"""A layout on paper: a specimen to look at, and 2,000 lines to see whether an own template holds."""

import datetime as dt
import io
import time

from django.core.cache import cache
from pypdf import PdfReader

from billing.actions.layouts import note_trial
from billing.documents import pdf
from billing.documents.custom.trial import LINES
from billing.documents.preview import PREVIEW_SECONDS, layout_key
from billing.documents.specimen import ample, letterhead
from billing.documents.view import DocumentView, document_view
from billing.models import Layout
from invoicing_site import files, fork
from invoicing_site.context import refuse_in_action
from invoicing_site.models import Blob, Company

# As an issued document of so many lines is printed, and twice that: a template that needs more never gets its document out.
CPU_SECONDS, WALL_SECONDS = 30, 45
FEW = 12


def view_of(layout: Layout, company: Company, lines: int = FEW) -> DocumentView:
    """A specimen in the company's name, in the layout's language or the company's."""
    template = {"name": layout.look, "version": layout.look_version, "options": layout.options}
    facts, parties = ample(layout.language or company.language, company.country, lines)
    logo = company.logo.sha256 if company.logo else None
    return document_view(facts | {"template": template, "logo": logo}, letterhead(parties, company))


def preview_layout(*, layout_id: int, at: dt.datetime) -> None:
    """Print a specimen and leave it in the cache under `layout_key` for ten minutes. Only in a render worker."""
    layout, assets = _with_assets(layout_id)
    view = view_of(layout, layout.company)
    data = fork.run(lambda: pdf.render(view, assets=assets, created=at))
    cache.set(layout_key(layout.uuid), data, PREVIEW_SECONDS)


def try_layout(*, layout_id: int, at: dt.datetime) -> Layout:
    """Print 2,000 lines within the limits and note how it went. Only in a render worker. Publishes layout.tried."""
    layout, assets = _with_assets(layout_id)
    view = view_of(layout, layout.company, LINES)

    def job() -> bytes:
        return str(len(PdfReader(io.BytesIO(pdf.render(view, assets=assets, created=at))).pages)).encode()

    start, pages, problem = time.monotonic(), 0, ""
    try:
        pages = int(fork.run(job, cpu_seconds=CPU_SECONDS, wall_seconds=WALL_SECONDS))
    except fork.RenderFailed as failed:
        problem = failed.detail[:100] if failed.reason == "error" else failed.reason
    took = int((time.monotonic() - start) * 1000)
    return note_trial(layout_id=layout_id, pages=pages, milliseconds=took, problem=problem, actor=None, at=at)


def _with_assets(layout_id: int) -> tuple[Layout, dict[str, bytes]]:
    refuse_in_action("rendering")
    layout: Layout = Layout.objects.select_related("company__logo", "source__company").get(pk=layout_id)
    blobs: list[Blob] = [blob for blob in (layout.company.logo, layout.source) if blob is not None]
    for blob in blobs:
        blob.company = layout.company
    return layout, {blob.sha256: files.fetch(blob) for blob in blobs}
