"""The page anybody opens with a document's code: what it says, what it keeps, and how little a wrong code learns (SPEC B16)."""

import re
import uuid
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client as Browser

from billing.actions.drafts import create_draft
from billing.actions.void import void
from billing.models import Document
from billing.rules.draft import Draft
from billing.views import verify as door
from invoicing_site import codes
from invoicing_site.models import BankAccount
from tests.helpers.money import all_of, invoice, payment
from tests.world import AT

pytestmark = pytest.mark.django_db


def code_of(document: Document) -> str:
    return codes.make("verify", document.uuid)


def look(document: Document, **more: Any) -> Any:
    return Browser().get(f"/v/{code_of(document)}/", **more)


def words(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_it_names_issuer_number_amount_and_account_and_nothing_personal(world: Any) -> None:
    document = invoice(world, "1234.50", purchase_order="PO-77", introduction="Danke, Eva")
    page = look(document)
    said = words(page)
    wanted = ("Acme GmbH", document.number, "€1,234.50", "Valid", "ending in 2051", "16 Mar 2026")
    assert [part in said for part in wanted] == [True] * len(wanted)
    secret = (
        "Nordlicht",
        "Hamburg",
        "Speicherstra",
        "Arbeit",
        "PO-77",
        "Eva",
        "DE0212",
        "nordlicht.example",
        str(document.uuid),
    )
    assert [part in page.content.decode() for part in secret] == [False] * len(secret)


def test_it_is_kept_out_of_caches_and_searches_and_loads_no_script(world: Any) -> None:
    page = look(invoice(world))
    assert (page.headers["Cache-Control"], page.headers["X-Robots-Tag"]) == ("no-store", "noindex")
    assert page.headers["Referrer-Policy"] in ("no-referrer", "same-origin")
    assert "'unsafe-inline'" not in page.headers["Content-Security-Policy"]


def test_it_follows_what_becomes_of_the_document(world: Any) -> None:
    document = invoice(world)
    payment(world, "40.00", type(all_of(document))(document.uuid, document.open_amount * 0 + 40))
    assert "Paid in part" in words(look(document))
    document.refresh_from_db()
    payment(world, "60.00", all_of(document))
    assert "Settled" in words(look(document))
    other = invoice(world)
    void(company=world.company, document_uuid=other.uuid, reason="typo", actor=world.accountant, at=AT)
    assert "Do not pay it" in words(look(other))


def test_the_account_is_the_one_it_was_issued_with(world: Any) -> None:
    document = invoice(world)
    BankAccount.objects.filter(company=world.company).update(iban="DE89370400440532013000")
    assert "ending in 2051" in words(look(document))
    url = f"/v/{code_of(document)}/"
    for typed, said in (
        ("DE02 1203 0000 0000 2020 51", "This is the account"),
        ("DE89370400440532013000", "This is not"),
    ):
        assert said in words(Browser().post(url, {"account": typed}))
    assert "This is" not in words(Browser().post(url, {"account": ""}))


def test_a_code_is_read_as_people_type_it(world: Any) -> None:
    document = invoice(world)
    code = code_of(document)
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){7}[0-9A-HJKMNP-TV-Z]{4}", code)
    for typed in (code.lower(), code.replace("-", ""), code.replace("-", " ").replace("0", "o").replace("1", "l")):
        answer = Browser().get("/v/", {"code": typed})
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/v/{code}/")
    assert Browser().get("/v/").status_code == 200


def test_every_wrong_code_gets_one_answer(world: Any) -> None:
    draft = create_draft(company=world.company, draft=Draft(world.client.pk, "EUR"), actor=None, at=AT)
    code = code_of(invoice(world))
    changed = code[:-1] + ("0" if code[-1] != "0" else "1")
    elsewhere = codes.make("verify", uuid.uuid4())
    other_purpose = codes.make("else", Document.objects.exclude(number=None).get().uuid)
    bodies = set()
    for wrong in (changed, elsewhere, other_purpose, code_of(draft), "x", code + "0", "\u00e4" * 32, "%00", "../.."):
        answer = Browser().get(f"/v/{wrong}/")
        assert answer.status_code == 404, wrong
        if "/" not in wrong:
            bodies.add(words(answer))
    assert len(bodies) == 1
    assert words(Browser().get("/v/", {"code": "no code"})) in bodies


def test_who_tries_too_often_is_stopped(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "WRONG", 3)
    monkeypatch.setattr(door, "LOOKS", 6)
    document = invoice(world)
    answers = [Browser().get(f"/v/{codes.make('verify', uuid.uuid4())}/").status_code for _ in range(4)]
    assert answers == [404, 404, 404, 429]
    assert [look(document).status_code for _ in range(3)] == [200, 200, 429]
    cache.clear()
    assert look(document).status_code == 200


def test_a_code_made_here_proves_its_row_alone(world: Any) -> None:
    row = uuid.uuid4()
    place = codes.read(codes.make("verify", row))
    assert place is not None
    assert place.first <= row <= place.last
    assert (codes.read(""), codes.read("U" * 32), codes.read("0" * 33)) == (None, None, None)
