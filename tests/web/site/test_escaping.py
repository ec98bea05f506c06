"""Stored and reflected script in every text of a company: every page and refused form shows it as text (FAULTS 50)."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils.html import escape

from invoicing_site import clock
from invoicing_site.models import BreakGlass
from payments.models import Payment
from tests.helpers.crawl import ABSENT, Objects, our_routes
from tests.helpers.doors import open_door, posting_routes
from tests.helpers.hostile import ALL, PAYLOADS, SHORT, hostile_world, wounds
from tests.helpers.people import office_client, platform_admin

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(world: Any) -> Browser:
    return office_client(world.owner)


def told(answer: Any) -> tuple[str, list[str]]:
    html = answer.content.decode()
    return html, list(wounds(html)) if "html" in answer.headers.get("Content-Type", "") and html.strip() else []


def test_every_page_shows_the_texts_of_a_hostile_company_as_texts(world: Any, owner: Browser) -> None:
    documents, wrong, shown = hostile_world(world), {}, set()
    own = Objects(world)
    urls = {route.name: route.url("acme", own.for_route(route)) for route in our_routes() if _page(route)}
    for name, document in documents.items():
        urls |= {name: reverse("billing:document", args=["acme", document.uuid])}
        urls |= {f"copy of {name}": f"{reverse('billing:document_new', args=['acme'])}?copy={document.uuid}"}
    urls["draft in the editor"] = reverse("billing:document_edit", args=["acme", documents["draft"].uuid])
    urls["client page"] = reverse("clients:client", args=["acme", world.client.uuid])
    for payment in Payment.objects.filter(client=world.client):
        urls[f"payment {payment.pk}"] = reverse("payments:payment", args=["acme", payment.uuid])
    for name, url in urls.items():
        answer = owner.get(url)
        assert answer.status_code in {200, 202} or name in ABSENT | LEADING, (name, answer.status_code)
        html, found = told(answer)
        if found:
            wrong[name] = found
        if any(escape(text) in html for text in (*PAYLOADS, *SHORT)):
            shown.add(name)
    assert wrong == {}
    wanted = {
        "clients:clients", "client page", "billing:documents", "draft", "issued", "paid", "void", "copy of void",
        "draft in the editor", "office:settings_company", "office:settings_company_edit", "billing:products",
        "payments:payments", "office:team", "billing:accounts", "billing:taxes", "clients:client_edit",
    }  # fmt: skip
    assert wanted - shown == set()


# These stand on the page of their payment, or lead to where there is something to do.
LEADING = {"billing:settlement", "payments:allocation", "payments:refund", "payments:order_refund"}


def _page(route: Any) -> bool:
    return route.kind == "office" and "GET" in route.methods and route.name != "billing:document_pdf"


def test_the_admin_shows_them_as_texts_too(world: Any, owner: Browser) -> None:
    hostile_world(world)
    helper, now = platform_admin(), clock.now()
    glass = {"opened_at": now - dt.timedelta(hours=1), "expires_at": now + dt.timedelta(hours=1), "reason": ALL[:200]}
    BreakGlass.objects.create(company=world.company, user=helper, **glass)
    wrong, shown = {}, set()
    for browser in (owner, office_client(helper)):
        for url in _admin_pages(world):
            answer = browser.get(url)
            assert answer.status_code in {200, 302, 403, 404}, (url, answer.status_code)
            html, found = told(answer)
            if found:
                wrong[url] = found
            if "&lt;script&gt;" in html or "onerror=alert(2)&gt;" in html:
                shown.add(url)
    assert wrong == {}
    assert len(shown) >= 8, shown


def _admin_pages(world: Any) -> Iterator[str]:
    for model in admin.site._registry:
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        here = reverse(f"{base}_changelist")
        yield from (here, f"{here}?q={quote(PAYLOADS[1])}", f"{here}?{quote(PAYLOADS[0])}=1")
        own = {"company": world.company} if any(f.name == "company" for f in model._meta.fields) else {}
        newest = model._default_manager.filter(**own).order_by("-pk").first()
        if newest is not None:
            yield from (reverse(f"{base}_{page}", args=[newest.pk]) for page in ("change", "history"))


def test_what_is_typed_into_any_refused_form_comes_back_as_text(world: Any, owner: Browser) -> None:
    wrong = {}
    for route in posting_routes():
        with transaction.atomic():
            form = open_door(world, owner, route)
            body = [(name, was if name in ("lines", "allowances") else ALL) for name, was in form.body]
            answer = form.send(owner, body=body)
            if found := told(answer)[1]:
                wrong[f"{route.name} {answer.status_code}"] = found
            transaction.set_rollback(True)
    assert wrong == {}


def test_what_stands_in_the_address_comes_back_as_text(world: Any, owner: Browser) -> None:
    owner.raise_request_exception = False
    own, wrong = Objects(world), {}
    names = (
        "q",
        "client",
        "state",
        "since",
        "until",
        "currency",
        "pattern",
        "reset",
        "seq",
        "as_of",
        "account",
        "next",
        "method",
    )
    urls = [route.url("acme", own.for_route(route)) for route in our_routes() if _page(route)]
    for url in [*urls, "/accounts/login/", "/accounts/step-up/", "/accounts/password/reset/"]:
        for text in (ALL, PAYLOADS[7]):
            if found := told(owner.get(url, dict.fromkeys(names, text)))[1]:
                wrong[url] = found
    for path in (
        f"/{PAYLOADS[1]}/",
        f"/acme/documents/{PAYLOADS[0]}/",
        f"/invitation/{PAYLOADS[2]}/",
        "/acme/<script>",
    ):
        answer = owner.get(path)
        assert answer.status_code == 404
        assert "alert(" not in answer.content.decode()
    assert wrong == {}
