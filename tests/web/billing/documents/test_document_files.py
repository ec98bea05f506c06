"""The PDF of a document: stored bytes with their hash, a page that waits, a preview that stores nothing."""

import base64
import datetime as dt
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.core.cache import cache
from django.test import Client as Browser

from billing import tasks
from billing.actions.issue import issue
from billing.documents.preview import preview_key
from billing.models import Document, Rendition
from invoicing_site import clock, files
from invoicing_site.actions import outbox
from invoicing_site.models import Blob, Delivery
from tests.helpers.editor import draft_of
from tests.world import AT

PDF = b"%PDF-1.7 made for the test"


def url(document: Document, what: str = "pdf/") -> str:
    return f"/acme/documents/{document.uuid}/{what}"


@pytest.fixture
def issued(world: Any) -> Document:
    made = draft_of(world)
    return issue(company=world.company, document_uuid=made.uuid, actor=world.accountant, at=AT)


@pytest.fixture
def stored(issued: Document) -> Rendition:
    blob = files.keep(issued.company, PDF, "application/pdf")
    return Rendition.objects.create(
        company=issued.company, document=issued, template="classic", template_version=1, blob=blob, fingerprint="x"
    )


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Documents the renderer was asked to preview."""
    found: list[int] = []
    monkeypatch.setattr("billing.views.files.ask", found.append)
    return found


def test_the_stored_bytes_are_served_as_they_are_with_their_hash(clerk: Browser, issued: Document, stored: Any) -> None:
    answer = clerk.get(url(issued))
    digest = hashlib.sha256(PDF)
    assert (answer.status_code, answer.content) == (200, PDF)
    assert (
        dict(answer.headers).items()
        >= {
            "Content-Type": "application/pdf",
            "Content-Disposition": 'inline; filename="RE-2026-00001.pdf"',
            "Cache-Control": "private, no-store",
            "ETag": f'"{digest.hexdigest()}"',
            "Repr-Digest": f"sha-256=:{base64.b64encode(digest.digest()).decode()}:",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "SAMEORIGIN",
        }.items()
    )
    download = clerk.get(url(issued) + "?download")
    assert download["Content-Disposition"] == 'attachment; filename="RE-2026-00001.pdf"'


def test_until_it_is_made_a_page_waits_for_it(clerk: Browser, issued: Document, asked: list[int]) -> None:
    answer = clerk.get(url(issued))
    body = answer.content.decode()
    assert (answer.status_code, "The PDF is being made" in body) == (202, True)
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in body
    part = clerk.get(url(issued, "file/")).content.decode()
    assert 'hx-trigger="every 2s"' in part
    assert asked == []  # its rendering is on its way since the issue


def test_the_page_stops_asking_once_the_file_is_there(clerk: Browser, issued: Document, stored: Any) -> None:
    part = clerk.get(url(issued, "file/")).content.decode()
    assert ("hx-trigger" in part, stored.blob.sha256 in part) == (False, True)


def test_a_renderer_that_gave_up_is_not_waited_for(clerk: Browser, issued: Document) -> None:
    Delivery.objects.filter(event__subject=issued.uuid).update(state="dead")
    for what in ("pdf/", "file/"):
        body = clerk.get(url(issued, what)).content.decode()
        assert ("could not be made" in body, "refresh" in body, "hx-trigger" in body) == (True, False, False)


def test_an_altered_file_is_never_served(clerk: Browser, issued: Document, stored: Any, caplog: Any) -> None:
    name = files.name_of(issued.company, stored.blob.sha256)
    path = Path(files.store().root) / name  # type: ignore[attr-defined]
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    answer = clerk.get(url(issued))
    assert (answer.status_code, PDF in answer.content, "This file is damaged" in answer.content.decode()) == (
        503,
        False,
        True,
    )
    assert f"stored PDF damaged: document {issued.uuid}" in caplog.text


def test_a_draft_is_previewed_by_the_renderer_and_nothing_is_stored(
    world: Any, clerk: Browser, asked: list[int]
) -> None:
    draft = draft_of(world)
    assert [clerk.get(url(draft)).status_code for _ in range(3)] == [202] * 3
    assert asked == [draft.pk]  # a page that waits asks the renderer once
    cache.set(preview_key(draft.uuid, draft.revision), PDF)
    answer = clerk.get(url(draft))
    assert (answer.content, answer["Content-Disposition"]) == (PDF, 'inline; filename="Draft.pdf"')
    assert answer["Cache-Control"] == "private, no-store"
    assert (Rendition.objects.count(), Blob.objects.count()) == (0, 0)


def test_another_revision_is_another_preview(world: Any, clerk: Browser, asked: list[int]) -> None:
    draft = draft_of(world)
    cache.set(preview_key(draft.uuid, draft.revision), PDF)
    Document.objects.filter(pk=draft.pk).update(revision=2)
    assert (clerk.get(url(draft)).status_code, asked) == (202, [draft.pk])


def test_a_broker_that_is_down_keeps_the_page_up(
    world: Any, clerk: Browser, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    calls: list[int] = []

    def refuse(name: str, args: tuple[int], *, queue: str, retry: bool) -> None:
        assert (name, queue, retry) == (tasks.preview.name, "render", False)
        calls.append(args[0])
        raise ConnectionError

    monkeypatch.setattr(current_app._get_current_object(), "send_task", refuse)
    draft = draft_of(world)
    assert [clerk.get(url(draft)).status_code for _ in range(2)] == [202, 202]
    assert calls == [draft.pk] * 2  # the next question asks again
    assert "broker unreachable" in caplog.text


def test_an_auditor_reads_the_file(browser: Callable[[str], Browser], issued: Document, stored: Any) -> None:
    assert browser("auditor").get(url(issued)).content == PDF


@pytest.mark.parametrize("what", ["", "file/", "pdf/"])
def test_who_looks_at_a_document_need_not_wait_behind_bulk(
    clerk: Browser, issued: Document, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    handed: list[tuple[int, str]] = []
    monkeypatch.setattr(outbox, "enqueue", handed.extend)
    row = Delivery.objects.get(event__subject=issued.uuid, queue="render")
    clerk.get(url(issued, what))
    assert handed == []
    Delivery.objects.filter(pk=row.pk).update(due_at=row.created_at + dt.timedelta(hours=1))
    for _ in range(2):
        clerk.get(url(issued, what))
    assert handed == [(row.pk, "render")]
    assert Delivery.objects.get(pk=row.pk).due_at <= clock.now()
