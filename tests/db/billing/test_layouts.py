"""Layouts: a change is the next version, one per language is in use, and what is issued keeps the one it got (SPEC B13, B14)."""

import uuid
from typing import Any

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from facturx import get_xml_from_pdf

from billing.actions import render_layout
from billing.actions.issue import issue
from billing.actions.layouts import leave_layout, note_trial, save_layout, use_layout
from billing.actions.readback import read_back
from billing.actions.render import render_document
from billing.actions.render_layout import preview_layout, try_layout
from billing.documents import pdf, snapshot
from billing.documents.custom.source import STARTER, opened
from billing.documents.einvoice import cii_for_facturx
from billing.documents.preview import layout_key
from billing.models import Layout, Snapshot
from billing.rules.layout import BASES, DEFAULTS
from billing.rules.reference import qr_reference
from invoicing_site import files
from invoicing_site.errors import BusinessError
from invoicing_site.models import BankAccount, Event
from tests.helpers.papers import text_of
from tests.helpers.routes import a_draft, issued, ready
from tests.world import AT

pytestmark = pytest.mark.django_db


def saved(world: Any, **said: Any) -> Layout:
    given = {"name": "House", "language": "", "look": "modern", "options": {}} | said
    return save_layout(company_id=world.company.pk, actor=world.owner, at=AT, **given)


def used(world: Any, layout: Layout) -> Layout:
    return use_layout(company_id=world.company.pk, layout_uuid=layout.uuid, actor=world.owner, at=AT)


def template_of(world: Any, **fields: Any) -> dict[str, Any]:
    made = a_draft(world, **fields)
    document = issue(company=world.company, document_uuid=made.uuid, actor=None, at=AT)
    row = Snapshot.objects.get(document=document)
    found: dict[str, Any] = snapshot.open_parts(bytes(row.facts), bytes(row.parties))[0]["template"]
    return found


def rows() -> list[tuple[str, int, bool]]:
    return list(Layout.objects.order_by("name", "version").values_list("name", "version", "is_active"))


def test_a_change_is_the_next_version_and_the_same_again_is_none(world: Any) -> None:
    first = saved(world)
    assert (first.version, first.look_version, first.options) == (1, BASES["modern"], DEFAULTS)
    assert saved(world, name=" House ") == first
    second = saved(world, options={"accent": "#7a1f2b"})
    assert (second.version, second.options["accent"]) == (2, "#7a1f2b")
    assert rows() == [("House", 1, False), ("House", 2, False)]
    assert [event.type for event in Event.objects.filter(type__startswith="layout.")] == ["layout.saved"] * 2


def test_one_layout_of_a_language_is_in_use(world: Any) -> None:
    first, second, german = saved(world), saved(world, look="compact"), saved(world, name="Deutsch", language="de")
    for layout in (first, german, second, second):
        used(world, layout)
    assert rows() == [("Deutsch", 1, True), ("House", 1, False), ("House", 2, True)]
    leave_layout(company_id=world.company.pk, layout_uuid=second.uuid, actor=world.owner, at=AT)
    leave_layout(company_id=world.company.pk, layout_uuid=second.uuid, actor=world.owner, at=AT)
    assert rows() == [("Deutsch", 1, True), ("House", 1, False), ("House", 2, False)]
    kinds = list(
        Event.objects.filter(type__in=["layout.used", "layout.left"]).order_by("id").values_list("type", flat=True)
    )
    assert kinds == ["layout.used"] * 3 + ["layout.left"]


def test_an_issued_document_keeps_the_layout_of_its_language(world: Any) -> None:
    assert template_of(world) == {"name": "classic", "version": BASES["classic"], "options": DEFAULTS}
    everyone = used(world, saved(world))
    german = used(world, saved(world, name="Deutsch", language="de", options={"words": {"total": "Summe"}}))
    said = template_of(world, language="de")
    assert said == {
        "name": "modern", "version": 1, "options": DEFAULTS | {"words": {"total": "Summe"}}, "layout": str(german.uuid),
        "edition": 1,
    }  # fmt: skip
    assert template_of(world, language="en")["layout"] == str(everyone.uuid)


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"language": "tlh"}, "layout.language", "language"),
        ({"options": {"accent": "#eeeeee"}}, "layout.contrast", "accent"),
        ({"look": "baroque"}, "field.invalid", "look"),
        ({"name": ""}, "field.invalid", "name"),
        ({"name": "x" * 41}, "field.invalid", "name"),
        ({"look": "custom", "markup": "{% load x %}"}, "layout.template_tag", "markup"),
        ({"look": "custom", "markup": "<p>x</p>"}, "layout.template_missing", "markup"),
        ({"look": "custom", "markup": STARTER, "css": "@import 'x';"}, "layout.css_rule", "css"),
    ],
)
def test_what_cannot_be_a_layout_is_refused(world: Any, said: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(BusinessError) as error:
        saved(world, **said)
    assert (error.value.code, error.value.field) == (code, field)
    assert rows() == []


def test_an_own_template_is_used_only_after_its_trial(world: Any) -> None:
    own = saved(world, name="Own", look="custom", markup=STARTER, css="h1 { color: #123456 }")
    assert own.source is not None
    assert own.options["source"] == own.source.sha256
    assert opened(files.fetch(own.source)).css == "h1 { color: #123456 }"
    with pytest.raises(BusinessError, match=r"layout\.not_tried"):
        used(world, own)
    note_trial(layout_id=own.pk, pages=0, milliseconds=9, problem="cpu", actor=None, at=AT)
    with pytest.raises(BusinessError, match=r"layout\.not_tried"):
        used(world, own)
    note_trial(layout_id=own.pk, pages=80, milliseconds=9000, problem="", actor=None, at=AT)
    used(world, own)
    assert rows() == [("Own", 1, True)]
    note_trial(layout_id=own.pk, pages=0, milliseconds=9, problem="wall", actor=None, at=AT)
    assert rows() == [("Own", 1, False)]


def test_a_specimen_is_printed_for_whoever_asked(world: Any) -> None:
    pdf.warm()
    layout = saved(world, language="fr")
    preview_layout(layout_id=layout.pk, at=AT)
    text = text_of(cache.get(layout_key(layout.uuid)))
    assert "Facture SPECIMEN-1" in text
    assert world.company.name in text


def test_two_thousand_lines_are_printed_and_their_pages_counted(world: Any) -> None:
    pdf.warm()
    own = saved(world, name="Own", look="custom", markup=STARTER)
    tried = try_layout(layout_id=own.pk, at=AT)
    assert (tried.problem, tried.tried_at) == ("", AT)
    assert 30 < (tried.trial_pages or 0) < 150
    assert (tried.trial_ms or 0) > 100
    assert used(world, own).is_active


def test_a_template_that_runs_away_is_noted_and_not_used(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pdf.warm()
    monkeypatch.setattr(render_layout, "CPU_SECONDS", 1)
    own = saved(world, name="Own", look="custom", markup=STARTER, css="td { padding: 30cm }")
    assert try_layout(layout_id=own.pk, at=AT).problem in {"cpu", "wall", "memory"}
    with pytest.raises(BusinessError, match=r"layout\.not_tried"):
        used(world, own)


def test_a_document_is_printed_in_the_layout_it_was_issued_with(world: Any) -> None:
    pdf.warm()
    used(world, saved(world, options={"closing": "With the first layout"}))
    made = a_draft(world, language="en")
    document = issue(company=world.company, document_uuid=made.uuid, actor=None, at=AT)
    used(world, saved(world, options={"closing": "With the second layout"}))
    rendition = render_document(document_id=document.pk, at=AT)
    assert (rendition.template, rendition.template_version) == ("modern", 1)
    text = text_of(files.fetch(rendition.blob))
    assert "With the first layout" in text
    assert read_back(rendition_id=rendition.pk, at=AT).missing == []


def test_a_client_of_factur_x_gets_the_invoice_inside_its_pdf(world: Any) -> None:
    pdf.warm()
    ready(world, "facturx")
    document = issued(world)
    data = files.fetch(render_document(document_id=document.pk, at=AT).blob)
    row = Snapshot.objects.get(document=document)
    assert get_xml_from_pdf(data) == (
        "factur-x.xml",
        cii_for_facturx(*snapshot.open_parts(bytes(row.facts), bytes(row.parties))),
    )


def test_a_document_paid_to_a_qr_iban_has_a_qr_reference(world: Any) -> None:
    bank = BankAccount.objects.get(company=world.company)
    bank.iban = "CH4431999123000889012"
    bank.save()
    document = issued(world)
    assert document.payment_reference == qr_reference(document.number or "")
    row = Snapshot.objects.get(document=document)
    facts = snapshot.open_parts(bytes(row.facts), bytes(row.parties))[0]
    assert facts["payment_reference"] == document.payment_reference


def test_another_companys_layout_is_not_found(world: Any, stranger: Any) -> None:
    layout = saved(world)
    for verb in (use_layout, leave_layout):
        with pytest.raises(BusinessError, match="not_found"):
            verb(company_id=stranger.company.pk, layout_uuid=layout.uuid, actor=world.owner, at=AT)
        with pytest.raises(BusinessError, match="not_found"):
            verb(company_id=world.company.pk, layout_uuid=uuid.uuid4(), actor=world.owner, at=AT)
    assert rows() == [("House", 1, False)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE billing_layout SET options = '{}'",
        "UPDATE billing_layout SET name = 'Other'",
        "UPDATE billing_layout SET look = 'classic'",
        "UPDATE billing_layout SET version = 7",
        "DELETE FROM billing_layout",
    ],
)
def test_the_database_keeps_a_version_as_it_is(world: Any, statement: str) -> None:
    saved(world)
    with (
        pytest.raises(Exception, match="frozen|layout_frozen|may not"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert rows() == [("House", 1, False)]


def test_the_database_lets_no_untried_template_be_used_and_no_two_of_a_language(world: Any) -> None:
    own = saved(world, name="Own", look="custom", markup=STARTER)
    with pytest.raises(IntegrityError, match="layout_tried"), transaction.atomic():
        Layout.objects.filter(pk=own.pk).update(is_active=True)
    used(world, saved(world))
    with pytest.raises(IntegrityError, match="layout_one_in_use"), transaction.atomic():
        Layout.objects.filter(pk=saved(world, name="Second").pk).update(is_active=True)
