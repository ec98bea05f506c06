"""Bodies no form of ours sends: too many lines, too many bytes, other content types, broken uploads (FAULTS 12, 19)."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client as Browser

from billing.rules.draft import MAX_LINES
from tests.helpers.doors import DOORS, open_door, posting_routes
from tests.helpers.people import office_client
from tests.helpers.rows import print_of, stored

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
NEW = "/acme/documents/new/"


@pytest.fixture
def owner(world: Any) -> Browser:
    browser = office_client(world.owner)
    browser.raise_request_exception = False
    return browser


def lines(count: int, **cells: str) -> str:
    cells = {"description": "Arbeit", "quantity": "1", "unit_price": "1"} | cells
    pairs = [("client", "K0001"), ("currency", "EUR"), ("language", "de"), ("net_days", "14"), ("form_key", "k" * 32)]
    for place in range(1, count + 1):
        pairs += [("lines", f"n{place}"), *((f"lines-n{place}-{name}", value) for name, value in cells.items())]
    return urlencode(pairs)


def test_three_thousand_lines_are_counted_and_one_beyond_the_limit_is_refused(owner: Browser) -> None:
    before = print_of(stored())
    answer = owner.post(f"{NEW}totals/", lines(3_000), content_type=FORM)
    assert answer.status_code == 200
    assert "3,000.00" in answer.content.decode()
    answer = owner.post(NEW, lines(MAX_LINES + 1), content_type=FORM)
    assert answer.status_code == 422
    assert f"{MAX_LINES:,}" in answer.content.decode() or str(MAX_LINES) in answer.content.decode()
    assert print_of(stored()) == before


def test_thousands_of_wrong_cells_are_told_and_nothing_is_stored(owner: Browser) -> None:
    before = print_of(stored())
    answer = owner.post(
        NEW, lines(300, quantity="1e999", unit_price="\0", discount_percent="x" * 500), content_type=FORM
    )
    assert answer.status_code == 422
    assert answer.content.decode().count('aria-invalid="true"') >= 600
    assert print_of(stored()) == before


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"notes=" + b"x" * 6_000_000, id="6 MB in one field"),
        pytest.param(b"&".join(b"f%d=" % n for n in range(80_001)), id="more fields than any form"),
    ],
)
def test_bodies_beyond_any_form_are_a_400_page(owner: Browser, body: bytes) -> None:
    before = print_of(stored())
    for url in (NEW, f"{NEW}totals/", "/acme/clients/new/", "/acme/payments/new/", "/accounts/login/"):
        answer = owner.post(url, body, content_type=FORM)
        assert answer.status_code == 400, url
        assert "<h1>" in answer.content.decode()
    assert print_of(stored()) == before


OTHERS = {
    "json": (b'{"state": "void", "name": ["x"]}', "application/json"),
    "xml": (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "text/xml"),
    "broken multipart": (b"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx", "multipart/form-data; boundary=b"),
    "multipart without boundary": (b"x", "multipart/form-data"),
    "odd charset": (urlencode({"name": "x"}).encode(), FORM + "; charset=utf-7"),
    "unknown charset": (b"name=%ff%fe&\xff\xfe=\0", FORM + "; charset=klingon"),
    "nothing": (b"", ""),
}  # fmt: skip


@pytest.mark.parametrize("kind", OTHERS)
def test_other_content_types_do_nothing_a_bare_button_would_not(world: Any, owner: Browser, kind: str) -> None:
    """A form whose fields are missing is refused. Verbs without fields need none, so theirs are left out here."""
    body, content_type = OTHERS[kind]
    before, wrong = print_of(stored()), []
    for route in posting_routes():
        if DOORS[route.name].on or set(route.kwargs) - {"company"} or route.name == "office:review_access":
            continue
        answer = owner.generic("POST", route.url("acme", {}), body, content_type)
        if answer.status_code not in {200, 400, 422}:
            wrong.append(f"{route.path}: {answer.status_code}")
    assert wrong == []
    assert print_of(stored()) == before


def test_without_any_field_no_form_passes_that_needs_one(world: Any, owner: Browser) -> None:
    """Every form with something to type, sent empty but for its token: refused, nothing written."""
    wrong = []
    for route in (found for found in posting_routes() if DOORS[found.name].typed and DOORS[found.name].status == 302):
        with transaction.atomic():
            form = open_door(world, owner, route)
            before = print_of(stored())
            answer = form.send(owner, body=[("csrfmiddlewaretoken", "x")])
            if answer.status_code not in {302, 404, 409, 422} and route.name != "payments:record":
                wrong.append(f"{route.path}: {answer.status_code}")
            if answer.status_code != 302 and print_of(stored()) != before:
                wrong.append(f"{route.path}: {answer.status_code}, yet something was written")
            transaction.set_rollback(True)
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("x.png", b"", "image/png"), ("x.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "image/png"),
        ("x.svg", b"<svg onload='alert(1)' xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        ("x.html", b"<script>alert(1)</script>", "image/png"), ("../../../x\0.png", b"GIF89a", "image/gif"),
        ("x" * 5_000 + ".png", b"\xff\xd8\xff", "image/jpeg"), ("x.png", b"\x89PNG" + b"x" * 1_100_000, "image/png"),
    ],
)  # fmt: skip
def test_a_logo_that_is_none_is_refused_at_its_field(owner: Browser, name: str, data: bytes, kind: str) -> None:
    before = print_of(stored())
    answer = owner.post("/acme/settings/company/logo/upload/", {"logo": SimpleUploadedFile(name, data, kind)})
    assert answer.status_code == 422
    assert answer.context["logo_form"].errors["logo"]
    assert print_of(stored()) == before


def test_deep_and_broken_json_in_the_body_is_never_read(owner: Browser) -> None:
    deep = json.dumps("x").encode() + b"[" * 100_000
    assert owner.post(NEW, deep, content_type="application/json").status_code == 422
