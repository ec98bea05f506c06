"""From issue to stored, read and proven PDF (SPEC B14, L2; FAULTS 14)."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache

from billing.actions.drafts import create_draft
from billing.actions.issue import issue
from billing.actions.prove import prove_company
from billing.actions.readback import read_back
from billing.actions.render import preview_draft, preview_key, render_document, rendered
from billing.documents import pdf, snapshot
from billing.models import Document, Line, Reading, Rendition, Snapshot
from billing.rules.draft import Draft, DraftLine
from invoicing_site import files
from invoicing_site.models import Blob, Event
from tests.world import AT


@pytest.fixture
def issued(world: Any) -> Document:
    pdf.warm()
    lines = tuple(DraftLine(f"Arbeit {n}", Decimal(n), Decimal("1234.56")) for n in range(1, 4))
    draft = Draft(client_id=world.client.pk, currency="EUR", language="de", lines=lines)
    document = create_draft(company=world.company, draft=draft, actor=None, at=AT)
    return issue(company=world.company, document_uuid=document.uuid, actor=None, at=AT)


def test_pdf_is_kept_once_and_says_what_the_rows_say(world: Any, issued: Document) -> None:
    rendition = render_document(document_id=issued.pk, at=AT)
    assert render_document(document_id=issued.pk, at=AT).pk == rendition.pk
    assert files.fetch(rendition.blob).startswith(b"%PDF")
    assert Event.objects.filter(subject=issued.uuid, type="document.rendered").count() == 1
    reading = read_back(rendition_id=rendition.pk, at=AT)
    assert (reading.figures, reading.missing) == (5, [])
    assert prove_company(company=world.company, actor=None, at=AT).differences == []


def test_same_snapshot_gives_the_same_bytes(world: Any, issued: Document) -> None:
    rendition = render_document(document_id=issued.pk, at=AT)
    row = Snapshot.objects.get(document=issued)
    facts, parties = snapshot.open_parts(bytes(row.facts), bytes(row.parties))
    assert issued.issued_at is not None
    again = rendered(world.company, facts, parties, created=issued.issued_at)
    assert again == files.fetch(rendition.blob)


def test_figure_that_is_not_printed_is_a_difference(world: Any, issued: Document) -> None:
    """A PDF of another document's content under this document's rendition."""
    other = create_draft(
        company=world.company,
        draft=Draft(
            client_id=world.client.pk, currency="EUR", language="de", lines=(DraftLine("x", Decimal(1), Decimal(9)),)
        ),
        actor=None,
        at=AT,
    )
    issue(company=world.company, document_uuid=other.uuid, actor=None, at=AT)
    wrong = render_document(document_id=other.pk, at=AT)
    planted = Rendition.objects.create(
        company=world.company, document=issued, template="classic", template_version=1, blob=wrong.blob, fingerprint="x"
    )
    assert read_back(rendition_id=planted.pk, at=AT).missing == [
        "1.234,56", "2.469,12", "3.703,68", "7.407,36", "RE-2026-00001",
    ]  # fmt: skip
    differences = prove_company(company=world.company, actor=None, at=AT).differences
    assert [row["check"] for row in differences] == ["printed-figures"]


@pytest.mark.parametrize("damage", ["flip", "remove", "truncate"])
def test_damaged_file_is_found(world: Any, issued: Document, damage: str) -> None:
    rendition = render_document(document_id=issued.pk, at=AT)
    path = Path(settings.FILE_STORE) / files.name_of(world.company, rendition.blob.sha256)
    data = bytearray(path.read_bytes())
    if damage == "remove":
        path.unlink()
    else:
        data[len(data) // 2] ^= 1
        path.write_bytes(data if damage == "flip" else data[:-1])
    differences = prove_company(company=world.company, actor=None, at=AT).differences
    assert [(row["check"], row["subject"]) for row in differences] == [("stored-file", str(issued.uuid))]


def test_full_disk_keeps_no_row_without_bytes(world: Any, issued: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Any, name: str, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.Folder, "write", full)
    with pytest.raises(OSError, match="No space left"):
        render_document(document_id=issued.pk, at=AT)
    assert (Blob.objects.count(), Rendition.objects.count()) == (0, 0)


def test_draft_is_previewed_without_being_stored(world: Any) -> None:
    pdf.warm()
    draft = Draft(client_id=world.client.pk, currency="EUR", lines=(DraftLine("x", Decimal(1), Decimal(9)),))
    document = create_draft(company=world.company, draft=draft, actor=None, at=AT)
    preview_draft(document_id=document.pk, at=AT + dt.timedelta(minutes=1))
    assert cache.get(preview_key(document.uuid, 1)).startswith(b"%PDF")
    assert (Rendition.objects.count(), Blob.objects.count(), Reading.objects.count()) == (0, 0, 0)
    assert Line.objects.get().amount == 9
