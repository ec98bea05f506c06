"""Files beside a document: chosen on the draft, frozen at issue, in the snapshot, fetched by those who may see it."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from billing.actions.attachments import attach, detach
from billing.actions.issue import issue
from billing.documents import snapshot
from billing.models import Attachment, Document, Snapshot
from billing.rules import attachments as rules
from invoicing_site.errors import BusinessError
from invoicing_site.models import Event
from tests.helpers.editor import draft_of
from tests.helpers.portal import link_to, portal_account, portal_client, token_of
from tests.world import AT

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 Aufmass"


def beside(world: Any, document: Document, name: str = "Aufmaß.pdf", content: bytes = PDF) -> Attachment:
    return attach(
        company=world.company, document_uuid=document.uuid, name=name, content=content, actor=world.accountant, at=AT
    )


def code(call: Any) -> str:
    with pytest.raises(BusinessError) as refused:
        call()
    return refused.value.code


def test_the_same_file_twice_is_one(world: Any) -> None:
    draft = draft_of(world)
    assert beside(world, draft).pk == beside(world, draft).pk
    assert Attachment.objects.count() == 1
    assert Event.objects.filter(type="document.file_attached").count() == 1


def test_another_file_of_that_name_is_refused(world: Any) -> None:
    draft = draft_of(world)
    beside(world, draft)
    assert code(lambda: beside(world, draft, content=PDF + b"!")) == "attachment.name_taken"
    assert Attachment.objects.count() == 1


def test_number_and_weight_are_bounded(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = draft_of(world)
    monkeypatch.setattr("billing.actions.attachments.MOST", 1)
    beside(world, draft)
    assert code(lambda: beside(world, draft, "b.pdf", PDF + b"b")) == "attachment.too_many"
    monkeypatch.setattr("billing.actions.attachments.MOST", rules.MOST)
    monkeypatch.setattr("billing.actions.attachments.LARGEST_TOGETHER", len(PDF) + 1)
    assert code(lambda: beside(world, draft, "b.pdf", PDF + b"b")) == "attachment.too_large_together"
    assert Attachment.objects.count() == 1


def test_issue_freezes_them_into_the_snapshot(world: Any) -> None:
    draft = draft_of(world)
    made = beside(world, draft)
    issue(company=world.company, document_uuid=draft.uuid, actor=world.accountant, at=AT)
    row = Snapshot.objects.get(document=draft)
    facts, _ = snapshot.open_parts(bytes(row.facts), bytes(row.parties))
    assert facts["attachments"] == [{"name": "Aufmaß.pdf", "media_type": "application/pdf", "sha256": made.blob.sha256}]
    assert code(lambda: beside(world, draft, "b.pdf")) == "document.not_draft"
    remove = {"company": world.company, "attachment_uuid": made.uuid, "actor": world.accountant, "at": AT}
    assert code(lambda: detach(**remove)) == "document.not_draft"
    for sql in ("DELETE FROM billing_attachment", "UPDATE billing_attachment SET name = 'x.pdf'"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    assert Attachment.objects.get().name == "Aufmaß.pdf"


def test_a_draft_gives_its_file_back(world: Any) -> None:
    draft = draft_of(world)
    made = beside(world, draft)
    detach(company=world.company, attachment_uuid=made.uuid, actor=world.accountant, at=AT)
    assert Attachment.objects.count() == 0
    assert (
        code(lambda: detach(company=world.company, attachment_uuid=made.uuid, actor=world.accountant, at=AT))
        == "not_found"
    )


def test_the_customer_fetches_it_and_nobody_else_does(world: Any) -> None:
    draft = draft_of(world)
    made = beside(world, draft)
    issue(company=world.company, document_uuid=draft.uuid, actor=world.accountant, at=AT)
    browser = portal_client(portal_account(world))
    base = f"/{world.company.slug}/portal/documents/{draft.uuid}/"
    assert "Aufmaß.pdf" in browser.get(base).content.decode()
    answer = browser.get(f"{base}attachments/{made.uuid}/")
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''Aufma%C3%9F.pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    token = token_of(link_to(world, Document.objects.get(pk=draft.pk), "view"))
    assert browser.get(f"/l/{token}/attachments/{made.uuid}/").content == PDF
    other = draft_of(world)
    assert (
        browser.get(f"/{world.company.slug}/portal/documents/{other.uuid}/attachments/{made.uuid}/").status_code == 404
    )
