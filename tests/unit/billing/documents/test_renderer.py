"""The renderer's name, and the places it must not be called from."""

import re
from pathlib import Path

import pytest

from billing.documents import fingerprint, html, pdf
from billing.documents.fingerprint import renderer_fingerprint
from billing.documents.html import ROOT
from billing.documents.view import document_view
from invoicing_site import fork
from tests.helpers.papers import CREATED, facts, parties

WEB = [
    file for app in ("invoicing_site", "clients", "billing", "payments") for file in (ROOT / app).rglob("views/**/*.py")
]


def test_the_fingerprint_names_versions_fonts_and_layout() -> None:
    parts = dict(part.split("-", 1) for part in renderer_fingerprint().split(" "))
    assert list(parts) == ["weasyprint", "pydyf", "pango", "harfbuzz", "babel", "zlib", "fonts", "layout"]
    assert parts["weasyprint"].startswith("70.")
    assert re.fullmatch(r"\d+\.\d+\.\d+", parts["harfbuzz"])
    assert all(re.fullmatch(r"[0-9a-f]{16}", parts[name]) for name in ("fonts", "layout"))
    assert len(renderer_fingerprint()) <= 200


def test_an_edited_layout_shows_in_the_fingerprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("templates/documents", "static/documents"):
        for file in (ROOT / folder).rglob("*.*"):
            copy = tmp_path / file.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    before = fingerprint._layout()
    monkeypatch.setattr(fingerprint, "ROOT", tmp_path)
    assert fingerprint._layout() == before
    style = tmp_path / "static/documents/classic.css"
    style.write_text(style.read_text() + "\n")
    assert fingerprint._layout() != before


def test_another_set_of_layouts_shows_in_the_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint._layout()
    monkeypatch.setattr(
        fingerprint, "TEMPLATES", html.TEMPLATES | {("modern", 2): ("documents/modern.html", ("base",))}
    )
    assert fingerprint._layout() != before


def test_warming_up_prepares_this_process_to_fork_renders() -> None:
    pdf.warm()
    pdf.warm()
    view = document_view(facts(1), parties())
    assert fork.run(lambda: pdf.render(view, assets={}, created=CREATED)) == pdf.render(
        view, assets={}, created=CREATED
    )


@pytest.mark.parametrize("file", WEB, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_view_renders_a_pdf(file: Path) -> None:
    """A crash or a bomb would take the web process with it; views ask the render queue."""
    assert (
        re.findall(r"documents(?:\.| import )(?:pdf|inside|fingerprint)|\bfork\b|weasyprint", file.read_text("utf-8"))
        == []
    )
