"""Certificates of withheld tax on a document's page."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from billing.models import WithholdingCertificate
from tests.helpers.money import invoice
from tests.helpers.people import office_client
from tests.helpers.withholding import certified, withheld


def url(name: str, **kwargs: Any) -> str:
    return reverse(f"billing:{name}", kwargs={"company": "acme"} | kwargs)


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def accountant(world: Any) -> Any:
    return office_client(world.people["accountant"])


def key_of(answer: Any) -> str:
    return str(answer.content.decode().split('name="form_key" value="')[1].split('"')[0])


def test_a_certificate_is_recorded_and_taken_back(world: Any, accountant: Any) -> None:
    document = withheld(world)
    page = url("certificate_new", document=document.uuid)
    assert "Record certificate" in text(accountant.get(url("document", document=document.uuid)))
    form = accountant.get(page)
    assert form.context["form"]["amount"].value() == "15"
    body = {"number": "WHT-7", "received_on": "2026-03-16", "amount": "20", "form_key": key_of(form)}
    wrong = accountant.post(page, body)
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["amount"])
    assert WithholdingCertificate.objects.count() == 0
    done = accountant.post(page, body | {"amount": "15"}, follow=True)
    assert "The certificate is recorded." in text(done)
    assert "WHT-7" in text(done)
    assert accountant.get(page).status_code == 302
    row = WithholdingCertificate.objects.get()
    refused = accountant.post(url("certificate_revoke", certificate=row.uuid), {"reason": ""}, follow=True)
    assert "Say why" in text(refused)
    taken = accountant.post(url("certificate_revoke", certificate=row.uuid), {"reason": "forged"}, follow=True)
    assert "The certificate is taken back." in text(taken)
    assert "forged" in text(taken)


def test_roles_and_strangers(world: Any, stranger: Any, accountant: Any) -> None:
    document, theirs = withheld(world), withheld(stranger)
    clerk = office_client(world.people["clerk"])
    assert clerk.get(url("certificate_new", document=document.uuid)).status_code == 403
    assert "Record certificate" not in text(clerk.get(url("document", document=document.uuid)))
    assert accountant.get(url("certificate_new", document=theirs.uuid)).status_code == 404
    row = certified(stranger, theirs)
    assert accountant.post(url("certificate_revoke", certificate=row.uuid), {"reason": "x"}).status_code == 404
    assert "Withheld tax" not in text(accountant.get(url("document", document=invoice(world).uuid)))
    assert WithholdingCertificate.objects.count() == 1
