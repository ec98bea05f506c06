"""Verbs on layouts: say one, try an own template, put one in use (SPEC B14)."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from billing.documents.custom.source import checked as checked_source
from billing.documents.custom.trial import check_content
from billing.documents.texts import LANGUAGES
from billing.models import Layout
from billing.models.layout import Look
from billing.rules.layout import BASES, checked
from invoicing_site import files
from invoicing_site.action import action
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row
from invoicing_site.models import Blob, Company, User
from invoicing_site.validation import check_fields


@action
def save_layout(
    *,
    company_id: int,
    name: str,
    language: str,
    look: str,
    options: Mapping[str, Any],
    markup: str = "",
    css: str = "",
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> Layout:
    """Keep a layout as the next version under its name; saying what the newest says already makes none.

    `language` is a document language or empty for all; `options` as `rules.layout.checked` reads them; `markup` and `css`
    are an own template's. Not in use yet: `use_layout` does that. Locks the company; writes the template's text before its
    row. Raises at the field: field.invalid, layout.language, those of `rules.layout.checked` and, for an own template, of
    `documents.custom`. Publishes layout.saved.
    """
    name = " ".join(name.split())
    if language and language not in LANGUAGES:
        raise BusinessError("layout.language", "language")
    made = checked(options, language=language)
    text = checked_source(markup, css) if look == Look.CUSTOM else None
    if text is not None:
        check_content(text)
    company: Company = lock_row(Company.objects.filter(pk=company_id))
    blob: Blob | None = None
    if text is not None:
        blob = files.keep(company, text.stored(), "application/json")
        made["source"] = blob.sha256
    newest = Layout.objects.for_company(company).filter(name=name).order_by("-version").first()
    if newest is not None and _same(newest, language, look, made):
        return newest  # type: ignore[no-any-return]
    layout = Layout(
        company=company, name=name, version=newest.version + 1 if newest else 1, language=language, look=look,
        look_version=BASES.get(look, 0), options=made, source=blob, created_at=at, created_by=actor,
    )  # fmt: skip
    check_fields(layout)
    layout.save()
    _tell("layout.saved", layout, actor, at)
    return layout


def _same(layout: Layout, language: str, look: str, options: dict[str, Any]) -> bool:
    said = (layout.language, layout.look, layout.look_version, layout.options)
    return said == (language, look, BASES.get(look, 0), options)


@action
def use_layout(
    *, company_id: int, layout_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = ""
) -> Layout:
    """Print documents of its language like this from now on; issued ones stay as they are. Twice is once.

    Locks the company, then the layouts of the language. Raises not_found, layout.not_tried. Publishes layout.used.
    """
    company = lock_row(Company.objects.filter(pk=company_id))
    layout: Layout = lock_row(Layout.objects.for_company(company).filter(uuid=layout_uuid))
    if layout.look == Look.CUSTOM and (layout.tried_at is None or layout.problem):
        raise BusinessError("layout.not_tried")
    if not layout.is_active:
        Layout.objects.for_company(company).filter(language=layout.language, is_active=True).update(is_active=False)
        layout.is_active = True
        layout.save(update_fields=["is_active"])
        _tell("layout.used", layout, actor, at)
    return layout


@action
def leave_layout(
    *, company_id: int, layout_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = ""
) -> Layout:
    """Go back to the layout of all languages, or to the standard one. Twice is once.

    Locks the company, then the layout. Raises not_found. Publishes layout.left.
    """
    company = lock_row(Company.objects.filter(pk=company_id))
    layout: Layout = lock_row(Layout.objects.for_company(company).filter(uuid=layout_uuid))
    if layout.is_active:
        layout.is_active = False
        layout.save(update_fields=["is_active"])
        _tell("layout.left", layout, actor, at)
    return layout


@action
def note_trial(*, layout_id: int, pages: int, milliseconds: int, problem: str, actor: None, at: dt.datetime) -> Layout:
    """Keep how printing 2,000 lines went; `problem` is a code, empty when all went well. Locks the layout. Publishes
    layout.tried."""
    layout: Layout = lock_row(Layout.objects.filter(pk=layout_id).select_related("company"))
    layout.tried_at, layout.trial_pages, layout.trial_ms, layout.problem = at, pages, milliseconds, problem
    if problem:
        layout.is_active = False
    layout.save(update_fields=["tried_at", "trial_pages", "trial_ms", "problem", "is_active"])
    _tell("layout.tried", layout, actor, at)
    return layout


def _tell(kind: str, layout: Layout, actor: User | None, at: dt.datetime) -> None:
    data = {"version": layout.version, "look": layout.look}
    publish(kind, company=layout.company, subject=("layout", layout.uuid), data=data, actor=actor, at=at)
