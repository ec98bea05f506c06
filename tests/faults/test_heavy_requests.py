"""Bodies and questions made to be expensive, at doors that anybody can knock at: refused soon, nothing kept (FAULTS 57).

What the office's own forms do with such bodies: tests/faults/test_doors_bodies.py; forged messages: test_inbox_faults.py.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings as configured
from django.core.files.uploadhandler import FileUploadHandler
from django.test import Client as Browser

from clients.views import portal_sign_in
from tests.helpers.money import invoice
from tests.helpers.online import connect, signed
from tests.helpers.people import office_client
from tests.helpers.portal import link_to, token_of
from tests.helpers.rows import print_of, stored
from tests.together import size

pytestmark = pytest.mark.django_db
FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"
SECONDS = 3.0  # far above what is measured (0.3 s at most), far below what a bomb would take


class Watched(BytesIO):
    """A body that knows how much of it was read."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.taken += len(data)
        return data


def send(
    url: str, body: bytes, content_type: str, browser: Browser | None = None, **headers: str
) -> tuple[int, int, float]:
    """Post: the status, how many bytes were read, how long it took."""
    held, began = Watched(body), time.perf_counter()
    extra: dict[str, Any] = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    sent: dict[str, Any] = {"CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": content_type, "wsgi.input": held} | extra
    browser = browser or Browser()
    browser.raise_request_exception = False
    answer = browser.generic("POST", url, b"", content_type, **sent)
    return answer.status_code, held.taken, time.perf_counter() - began


def part(name: str, value: bytes, file: str = "") -> bytes:
    named = f'; filename="{file}"'.encode() if file else b""
    return (
        b'--b\r\nContent-Disposition: form-data; name="' + name.encode() + b'"' + named + b"\r\n\r\n" + value + b"\r\n"
    )


def bodies() -> Iterator[tuple[str, bytes, str]]:
    yield "a form of 6 MB", b"email=" + b"x" * 6_000_000, FORM
    yield "a file of 30 MB", part("email", b"x" * 30_000_000, "a.bin") + b"--b--", PARTS
    yield "80,001 fields", b"&".join(b"f%d=" % n for n in range(80_001)), FORM
    yield "80,001 parts", b"".join(part(f"f{n}", b"") for n in range(80_001)) + b"--b--", PARTS
    yield "101 files", b"".join(part(f"f{n}", b"x", "a.txt") for n in range(101)) + b"--b--", PARTS
    yield "a header that never ends", b"--b\r\n" + b"X-A: " + b"a" * 4_000_000, PARTS


BODIES = {name: (body, kind) for name, body, kind in bodies()}
MANY = b"".join(part(f"f{n}", b"") for n in range(20_000)) + b"--b--"
DEEP = {
    "lists": b"[" * 120_000, "closed lists": b"[" * 60_000 + b"]" * 60_000, "objects": b'{"a":' * 12_000 + b"1" + b"}" * 12_000,
    "in the data": b'{"id":"evt_1","object":"event","type":"x","created":1,"livemode":false,"data":' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    "a long number": b'{"id": ' + b"9" * 60_000 + b"}", "many keys": b"{" + b",".join(b'"%d":1' % n for n in range(5_000)) + b"}",
    "no text": b"\xff\xfe" * 30_000, "parts": MANY[:60_000],
}  # fmt: skip


@pytest.fixture
def doors(world: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Forms anybody can post to."""
    monkeypatch.setattr(portal_sign_in, "LEAST_SECONDS", 0.0)
    token = token_of(link_to(world, invoice(world), "pay"))
    assert Browser().get("/accounts/login/").status_code == 200  # the first page of a process takes longest
    return ["/accounts/login/", "/accounts/password/reset/", "/acme/portal/sign-in/", f"/l/{token}/pay/"]


@pytest.mark.parametrize("name", BODIES)
def test_forms_for_anybody_refuse_what_no_form_of_ours_sends(doors: list[str], name: str) -> None:
    before = print_of(stored())
    for url in doors:
        status, _, seconds = send(url, *BODIES[name])
        assert (status, seconds < SECONDS) == (400, True), (url, status, seconds)
    assert print_of(stored()) == before


def test_a_body_larger_than_any_form_is_not_even_read(doors: list[str], world: Any, settings: Any) -> None:
    """A file's bytes count for no limit of Django's; unread they fill neither disk nor time."""
    body, kind = BODIES["a file of 30 MB"]
    for url in (*doors, "/acme/settings/company/logo/upload/", "/nowhere/", "/"):
        status, taken, _ = send(url, body, kind, office_client(world.owner) if "acme/settings" in url else None)
        assert (status, taken) == (400, 0), (url, status, taken)
    assert FileUploadHandler.chunk_size == 64 * 2**10
    assert configured.LARGEST_REQUEST > configured.DATA_UPLOAD_MAX_MEMORY_SIZE


# -- doors of machines ------------------------------------------------------------------------------------------------


@pytest.fixture
def hooks(world: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[[bytes], dict[str, str]]]:
    """Both webhook doors, each with what signs a body for it."""
    account = connect(world, monkeypatch)
    settings.MAIL_WEBHOOK_SECRET = "a key"
    return {
        f"/hooks/{account.uuid}/": lambda body: {"Stripe-Signature": signed(body)},
        "/hooks/mail/": lambda body: {
            "X-Mail-Signature": "sha256=" + hmac.new(b"a key", body, hashlib.sha256).hexdigest()
        },
    }


@pytest.mark.parametrize("name", BODIES)
def test_webhook_doors_refuse_a_large_body_after_its_first_bytes(hooks: Any, name: str) -> None:
    before = print_of(stored())
    for url, sign in hooks.items():
        body, kind = BODIES[name]
        for headers in ({}, sign(body)):
            status, taken, seconds = send(url, body, kind, **headers)
            assert (status in (400, 403, 413), taken <= 80 * 1024, seconds < SECONDS) == (True, True, True), (
                url,
                status,
                taken,
                seconds,
            )
    assert print_of(stored()) == before


@pytest.mark.parametrize("name", DEEP)
def test_webhook_doors_refuse_deep_and_odd_bodies_signed_or_not(hooks: Any, name: str) -> None:
    before = print_of(stored())
    for url, sign in hooks.items():
        for kind in ("application/json", PARTS, FORM):
            for headers in ({}, sign(DEEP[name])):
                status, _, seconds = send(url, DEEP[name], kind, **headers)
                assert (status in (400, 403, 413), seconds < SECONDS) == (True, True), (url, kind, status, seconds)
    assert print_of(stored()) == before


def test_a_length_that_lies_is_read_no_further(hooks: Any) -> None:
    """Shorter than the body: the signature is of all of it. None at all, or no number: nothing is read."""
    before = print_of(stored())
    body = json.dumps({"event": "bounced", "recipient": "a@b.example"}).encode()
    for url, sign in hooks.items():
        for length in ("", "0", "7", "-1", "x", "9" * 30):
            sent: dict[str, Any] = {"CONTENT_LENGTH": length, "wsgi.input": BytesIO(body)}
            answer = Browser().generic("POST", url, b"", "application/json", headers=sign(body), **sent)
            assert answer.status_code in (400, 403, 411, 413), (url, length, answer.status_code)
    assert print_of(stored()) == before


# -- questions --------------------------------------------------------------------------------------------------------

BOMBS = [
    "%" * 2_000, "_%" * 1_000, "(a+)+" * 400, "a" * 8_000, "\\" * 2_000, '"' * 2_000, " ".join("a" * 1_000), "(" * 2_000, "& | ! " * 400,
    "a:*" * 500, "ﷺ" * 500, "\u0130" * 1_000, "e\u0301" * 1_000, "1" * 4_000, "-" * 4_000, "." * 4_000, "@" * 2_000, "<" * 2_000,
]  # fmt: skip
LISTS = (
    "/acme/clients/", "/acme/clients/lookup/", "/acme/documents/", "/acme/documents/new/products/", "/acme/documents/new/clients/",
    "/acme/products/", "/acme/payments/", "/acme/payments/new/",
)  # fmt: skip


def test_search_boxes_answer_bombs_as_soon_as_words(world: Any) -> None:
    browser, slow = office_client(world.owner), {}
    browser.raise_request_exception = False
    invoice(world, notes="a" * 4_000)
    for url in LISTS:
        assert browser.get(f"{url}?q=Nordlicht").status_code == 200, url
        for bomb in BOMBS[:: size(3, 1)]:
            began = time.perf_counter()
            status = browser.get(f"{url}?{urlencode({'q': bomb})}").status_code
            seconds = time.perf_counter() - began
            if status >= 500 or seconds > 1.5:
                slow[f"{url} {bomb[:6]!r}"] = (status, round(seconds, 2))
    assert slow == {}
