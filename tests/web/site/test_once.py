"""Money forms act once per key (DESIGN 2, exactly once)."""

from typing import Any

import pytest
from django import forms
from django.http import HttpResponse
from django.template import engines
from django.test import Client, RequestFactory
from django.urls import include, path

from invoicing_site import web
from invoicing_site.errors import BusinessError
from invoicing_site.models import Event, Idempotency
from tests.helpers.people import office_client

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
KEY = "0123456789abcdef0123456789abcdef"


class Money(forms.Form):
    amount = forms.CharField()


@web.office("payments.record", methods=("POST",))
def pay(request: web.OfficeRequest) -> HttpResponse:
    from invoicing_site.events import publish
    from tests.world import AT

    def work() -> str:
        publish("money.moved", company=request.company, subject=("x", request.company.uuid), actor=request.actor, at=AT)
        if request.POST["amount"] == "bad":
            raise BusinessError("payment.amount")
        return f"/acme/paid/{Event.objects.filter(type='money.moved').count()}/"

    return web.once(request, work)


urlpatterns = [path("<slug:company>/pay/", pay), path("", include("invoicing_site.urls"))]


@pytest.fixture
def browser(world: Any) -> Client:
    return office_client(world.accountant)


def send(browser: Client, amount: str = "10", key: str = KEY) -> Any:
    return browser.post("/acme/pay/", {"amount": amount, "form_key": key})


def moved() -> int:
    return Event.objects.filter(type="money.moved").count()


def test_the_second_send_gets_the_first_answer(browser: Client) -> None:
    assert [send(browser).url for _ in range(3)] == ["/acme/paid/1/"] * 3
    assert moved() == 1


def test_another_key_is_another_deed(browser: Client) -> None:
    assert [send(browser, key=KEY).url, send(browser, key=KEY[::-1]).url] == ["/acme/paid/1/", "/acme/paid/2/"]


def test_the_same_key_with_other_content_is_a_conflict(browser: Client) -> None:
    send(browser)
    answer = send(browser, "20")
    assert (answer.status_code, moved()) == (409, 1)
    assert 'href="/acme/paid/1/"' in answer.content.decode()


def test_anothers_key_is_a_conflict(browser: Client, world: Any) -> None:
    send(browser)
    assert send(office_client(world.owner)).status_code == 409
    assert moved() == 1


def test_keys_are_per_company(browser: Client, stranger: Any) -> None:
    send(browser)
    other = office_client(stranger.accountant)
    answer = other.post("/globex/pay/", {"amount": "10", "form_key": KEY})
    assert (answer.status_code, moved()) == (302, 2)


def test_a_refusal_leaves_the_key_free_and_nothing_behind(browser: Client) -> None:
    assert send(browser, "bad").status_code == 422
    assert (moved(), Idempotency.objects.count()) == (0, 0)
    assert send(browser, "10").url == "/acme/paid/1/"


@pytest.mark.parametrize("key", ["", "short", "x" * 81])
def test_a_form_without_a_proper_key_is_refused(browser: Client, key: str) -> None:
    assert send(browser, key=key).status_code == 422
    assert moved() == 0


def test_the_tag_makes_a_new_key_and_keeps_a_sent_one() -> None:
    template = engines["django"].from_string("{% load once %}{% form_key %}")
    fresh = {template.render({}, RequestFactory().get("/")) for _ in range(2)}
    assert len(fresh) == 2
    again = template.render({}, RequestFactory().post("/", {"form_key": KEY}))
    assert again == f'<input type="hidden" name="form_key" value="{KEY}">'
