"""Layouts: a change is the next version, one per language is in use, and what is issued keeps the one it got (SPEC B13, B14)."""

import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from billing.actions.issue import issue
from billing.actions.layouts import leave_layout, note_trial, save_layout, use_layout
from billing.documents import snapshot
from billing.documents.custom.source import STARTER, opened
from billing.models import Layout, Snapshot
from billing.rules.layout import BASES, DEFAULTS
from invoicing_site import files
from invoicing_site.errors import BusinessError
from invoicing_site.models import Event
from tests.helpers.routes import a_draft
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
