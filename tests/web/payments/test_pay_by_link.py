"""Paying the one document of a link: the form, the hand-over page, what the return page says (SPEC U2, P2)."""

import datetime as dt
import gzip
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from billing.actions.void import void
from invoicing_site.models import Idempotency
from payments import tasks
from payments.models import Attempt, Payment
from tests.helpers.money import all_of, fields, invoice, payment, state
from tests.helpers.paying import PAGE, attempt_for, provider, say
from tests.helpers.portal import link_to, token_of
from tests.helpers.sandbox import SandboxProcess, references, sandbox_process
from tests.world import AT, make_client


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    with sandbox_process() as process:
        yield process


@pytest.fixture
def account(world: Any, sandbox: SandboxProcess, settings: Any) -> Iterator[Any]:
    settings.STRIPE_API_BASE = sandbox.url
    cache.clear()
    with references(sandbox) as (key, secret):
        yield provider(world, key, secret)


@pytest.fixture
def link(world: Any) -> Any:
    """A link to pay a document of 100.00, and its browser."""
    return Way(invoice(world, language="en"), world)


class Way:
    def __init__(self, document: Any, world: Any, purpose: str = "pay") -> None:
        self.document, self.browser = document, Browser()
        self.token = token_of(link_to(world, document, purpose))

    def url(self, name: str, *more: Any) -> str:
        return reverse(f"link_payments:{name}", args=[self.token, *more])

    def get(self, name: str, *more: Any, query: str = "") -> Any:
        return self.browser.get(self.url(name, *more) + query)

    def form(self) -> dict[str, str]:
        return fields(self.get("pay").content.decode())

    def pay(self, sent: dict[str, str] | None = None, **typed: str) -> Any:
        return self.browser.post(self.url("pay"), (self.form() if sent is None else sent) | typed)

    @property
    def amount(self) -> str:
        return f"amount_{self.document.uuid.hex}"


def rows() -> Any:
    return state(), list(Attempt.objects.order_by("pk").values())


def test_pay_leads_to_the_providers_page(link: Way, account: Any) -> None:
    answer = link.pay()
    made = Attempt.objects.get()
    assert answer.status_code == 302
    assert re.fullmatch(re.escape(link.url("hand_over", made.uuid)) + r"\?t=\d{10}", answer["Location"])
    assert (made.state, made.amount, made.language) == ("open", Decimal("100.00"), "en")
    page = link.browser.get(answer["Location"])
    text = page.content.decode()
    assert f'<meta http-equiv="refresh" content="0; url={made.page_url}">' in text
    assert f'href="{made.page_url}"' in text
    assert "€100.00" in text
    assert page["Cache-Control"] == "no-store"
    assert Payment.objects.count() == 0


def test_two_clicks_are_one_attempt_and_one_page(link: Way, account: Any, sandbox: SandboxProcess) -> None:
    sent = link.form()
    before = len(sandbox.control("events")["events"])
    first, second = link.pay(sent), link.pay(sent)
    assert first["Location"] == second["Location"]
    assert (Attempt.objects.count(), Idempotency.objects.count()) == (1, 1)
    assert len(sandbox.control("events")["events"]) == before


def test_same_key_with_another_amount_changes_nothing(link: Way, account: Any) -> None:
    sent = link.form()
    link.pay(sent)
    before = rows()
    answer = link.pay(sent, **{link.amount: "5.00"})
    assert answer.status_code == 409
    assert rows() == before


def test_part_is_paid_where_the_company_allows_it(link: Way, account: Any) -> None:
    assert link.pay(**{link.amount: "40.50"}).status_code == 302
    assert Attempt.objects.get().amount == Decimal("40.50")


@pytest.mark.parametrize("typed", ["0", "-1", "100.01", "1.001", "NaN", "1e2", "x", "9" * 30])
def test_amount_that_cannot_be_paid_is_refused_at_its_field(link: Way, account: Any, typed: str) -> None:
    sent, before = link.form(), rows()
    answer = link.pay(sent, **{link.amount: typed})
    assert answer.status_code == 422
    assert f'{link.amount}_error"' in answer.content.decode()
    assert rows() == before


def test_no_parts_means_no_field_and_no_other_amount(world: Any, link: Way, account: Any) -> None:
    account.part_payments = False
    account.save(update_fields=["part_payments"])
    sent = link.form()
    assert link.amount not in sent
    link.pay(sent, **{link.amount: "1.00"})
    assert Attempt.objects.get().amount == Decimal("100.00")


def test_silent_provider_is_asked_and_nobody_is_sent_away(
    link: Way, account: Any, sandbox: SandboxProcess, settings: Any
) -> None:
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    answer = link.pay()
    made = Attempt.objects.get()
    assert made.state == "unknown"
    page = link.browser.get(answer["Location"])
    assert page["Location"] == link.url("attempt", made.uuid) + "?go=1"
    waits = link.browser.get(page["Location"])
    assert waits.status_code == 202
    text = waits.content.decode()
    assert "We are asking the payment provider" in text
    assert '<noscript><meta http-equiv="refresh" content="2;' in text
    before = rows()
    again = link.pay()
    assert again.status_code == 422
    assert rows()[1] == before[1]


def test_provider_that_answers_again_lets_the_page_go_on(link: Way, account: Any, settings: Any) -> None:
    base, settings.STRIPE_API_BASE = settings.STRIPE_API_BASE, "http://127.0.0.1:9"
    link.pay()
    made = Attempt.objects.get()
    settings.STRIPE_API_BASE = base
    say(made, "open", url=f"{base}/c/pay/cs_1")
    answer = link.get("attempt", made.uuid, query="?go=1&looked=3")
    assert answer["Location"].startswith(link.url("hand_over", made.uuid) + "?t=")


@pytest.mark.parametrize(
    ("standing", "status", "told"),
    [
        ("created", 202, "We are asking the payment provider"),
        ("unknown", 202, "We are asking the payment provider"),
        ("open", 202, "We are asking the payment provider"),
        ("processing", 200, "Your payment is on its way"),
        ("succeeded", 200, "Thank you, your payment has arrived"),
        ("failed", 200, "The payment did not go through"),
        ("expired", 200, "The payment page has expired"),
    ],
)
def test_return_page_says_what_our_rows_say(world: Any, link: Way, standing: str, status: int, told: str) -> None:
    provider(world)
    made = attempt_for(world, link.document, state=standing)
    before = rows()
    came = link.get("came_back", query=f"?attempt={made.uuid}&back=done")
    assert came["Location"] == link.url("attempt", made.uuid) + "?back=done"
    answer = link.browser.get(came["Location"])
    assert answer.status_code == status
    assert told in answer.content.decode()
    assert rows() == before


def test_paid_page_leads_to_the_receipt(world: Any, link: Way) -> None:
    provider(world)
    made = attempt_for(world, link.document, state="succeeded")
    assert made.payment is not None
    url = link.url("receipt", made.payment.uuid)
    assert url in link.get("attempt", made.uuid).content.decode()
    assert link.browser.get(url).status_code == 202


def test_page_that_waited_long_stops_asking(world: Any, link: Way) -> None:
    provider(world)
    made = attempt_for(world, link.document)
    answer = link.get("attempt", made.uuid, query="?back=done&looked=11")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "No word from the payment provider yet" in text
    assert "http-equiv" not in text
    for wrong in ("-1", "x", "９", "99999", ""):
        assert link.get("attempt", made.uuid, query=f"?looked={wrong}").status_code == 202


def test_cancel_returns_kindly_and_offers_to_go_on(world: Any, link: Way) -> None:
    provider(world)
    made = attempt_for(world, link.document)
    answer = link.get("attempt", made.uuid, query="?back=cancelled")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "You stopped the payment" in text
    assert f'href="{PAGE}"' in text


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/c/pay/1",
        "http://checkout.stripe.com/c/pay/1",
        "javascript:alert(1)",
        "https://checkout.stripe.com@evil.example/",
        "https://checkout.stripe.com:8443/c/pay/1",
        "//evil.example/",
        "",
    ],
)
def test_nobody_is_sent_to_an_unknown_host(world: Any, link: Way, url: str) -> None:
    provider(world)
    made = attempt_for(world, link.document, url=url)
    answer = link.get("hand_over", made.uuid)
    assert answer["Location"] == link.url("attempt", made.uuid) + "?go=1"
    assert link.browser.get(answer["Location"]).status_code == 202


def test_hand_over_goes_on_by_itself_only_when_just_asked_for(world: Any, link: Way) -> None:
    provider(world)
    made = attempt_for(world, link.document)
    now = int(timezone.now().timestamp())
    for query, goes_on in (
        (f"?t={now}", True),
        ("", False),
        (f"?t={now - 21}", False),
        ("?t=x", False),
        ("?t=9999999999", False),
    ):
        text = link.get("hand_over", made.uuid, query=query).content.decode()
        assert ("http-equiv" in text) is goes_on, query
        assert f'href="{PAGE}"' in text
    old = attempt_for(world, invoice(world), at=timezone.now() - dt.timedelta(hours=3))
    assert Way(old.shares.get().document, world).get("hand_over", old.uuid).status_code == 302


def test_settled_document_cannot_be_paid_again(world: Any, link: Way, account: Any) -> None:
    sent = link.form()
    paid = payment(world, "100.00", all_of(link.document))
    answer = link.get("pay")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Already paid, thank you" in text
    assert link.url("receipt", paid.uuid) in text
    assert "<form" not in text.split("portal-main")[1]
    before = rows()
    late = link.pay(sent)
    assert late.status_code == 409
    assert "Already paid, thank you" in late.content.decode()
    assert rows() == before


def test_second_click_after_the_money_came_gets_the_first_answer(world: Any, link: Way, account: Any) -> None:
    sent = link.form()
    first = link.pay(sent)
    say(Attempt.objects.get(), "succeeded", url="")
    assert link.pay(sent)["Location"] == first["Location"]
    assert (Attempt.objects.count(), Payment.objects.count()) == (1, 1)


def test_void_document_says_so(world: Any, link: Way, account: Any) -> None:
    sent = link.form()
    void(company=world.company, document_uuid=link.document.uuid, reason="x", actor=world.owner, at=AT)
    assert "is void" in link.get("pay").content.decode()
    before = rows()
    assert link.pay(sent).status_code == 409
    assert rows() == before


def test_company_without_provider_offers_nothing(world: Any, link: Way) -> None:
    text = link.get("pay").content.decode()
    assert "Online payment is not offered at the moment" in text
    before = rows()
    assert link.pay({"form_key": "k" * 32, "group": "x"}).status_code == 409
    assert rows() == before


def test_two_customers_pay_the_same_document(world: Any, link: Way) -> None:
    provider(world)
    first = attempt_for(world, link.document, recipient="one@example.org")
    other = attempt_for(world, link.document, recipient="two@example.org")
    assert other.pk != first.pk
    say(first, "succeeded")
    say(other, "succeeded")
    link.document.refresh_from_db()
    assert link.document.open_amount == 0
    assert sorted(Payment.objects.values_list("amount", "unapplied")) == [(100, 0), (100, 100)]
    assert "is kept as your credit" in link.get("attempt", other.uuid).content.decode()


def test_link_to_look_does_not_pay(world: Any, account: Any) -> None:
    way = Way(invoice(world, language="en"), world, "view")
    before = rows()
    assert way.get("pay").status_code == 404
    assert way.browser.post(way.url("pay"), {"form_key": "k" * 32}).status_code == 404
    assert rows() == before


def test_link_shows_nothing_of_other_documents(world: Any, stranger: Any, link: Way) -> None:
    provider(world)
    provider(stranger)
    other = invoice(world, client=make_client(world.company, "Andere AG"))
    theirs, far = attempt_for(world, other), attempt_for(stranger, invoice(stranger))
    wide = attempt_for(world, link.document, invoice(world), state="processing")
    assert link.get("attempt", wide.uuid).status_code == 404
    panel = link.browser.get(reverse("link_billing:document", args=[link.token])).content.decode()
    assert "Please do not pay again" in panel
    assert str(wide.uuid) not in panel
    both = payment(world, "200.00", all_of(link.document), all_of(invoice(world)))
    for made in (theirs, far):
        assert link.get("attempt", made.uuid).status_code == 404
        assert link.get("hand_over", made.uuid).status_code == 404
        assert link.get("came_back", query=f"?attempt={made.uuid}").status_code == 404
    assert link.get("receipt", both.uuid).status_code == 404
    assert link.get("came_back", query="?attempt=x").status_code == 404


def test_tries_are_counted(link: Way, account: Any) -> None:
    codes = [link.pay(**{link.amount: f"{n}.00"}).status_code for n in range(1, 12)]
    assert codes == [302] * 10 + [429]
    assert Attempt.objects.count() == 10


PAY, STATUS = 4, 5


def test_statements_of_the_pages(world: Any, link: Way) -> None:
    provider(world)
    made = attempt_for(world, link.document, state="succeeded")
    other = Way(invoice(world, language="en"), world)
    for way, name, more, wanted in ((other, "pay", (), PAY), (link, "attempt", (made.uuid,), STATUS)):
        with CaptureQueriesContext(connection) as asked:
            assert way.get(name, *more).status_code == 200
        assert len(asked) == wanted, "\n".join(query["sql"][:150] for query in asked)


def test_page_is_kept_out_of_caches_and_speaks_german(world: Any) -> None:
    provider(world)
    way = Way(invoice(world, language="de"), world)
    answer = way.get("pay")
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store", "noindex")
    assert '<html lang="de"' in answer.content.decode()
    assert re.search(r'value="100,00"', answer.content.decode())
    assert settings.PAYMENT_PAGE_HOSTS == ["checkout.stripe.com"]


def test_pages_weigh_little_and_wait_for_no_script(world: Any, link: Way) -> None:
    provider(world)
    made = attempt_for(world, invoice(world, language="en"))
    other = Way(made.shares.get().document, world)
    pages = {
        "pay": link.get("pay"),
        "hand over": other.get("hand_over", made.uuid),
        "waits": other.get("attempt", made.uuid),
    }
    for name, answer in pages.items():
        text = answer.content.decode()
        files = set(re.findall(r'(?:src|href)="/static/([^"?#]+)"', text))
        sizes = [len(gzip.compress((Path(settings.BASE_DIR) / "static" / file).read_bytes(), 6)) for file in files]
        assert len(gzip.compress(answer.content, 6)) + sum(sizes) < 60_000, name
        assert re.findall(r"<script(?![^>]*\bdefer\b)", text) == []


def test_provider_is_asked_once_in_a_while_and_the_page_stays_up(
    world: Any, link: Way, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    cache.clear()
    provider(world)
    made = attempt_for(world, link.document)
    calls: list[int] = []
    broken = [True]

    def send(name: str, args: tuple[int], *, queue: str, retry: bool) -> None:
        assert (name, queue, retry) == (tasks.ask.name, "money", False)
        calls.append(args[0])
        if broken[0]:
            raise ConnectionError

    monkeypatch.setattr(current_app._get_current_object(), "send_task", send)
    assert [link.get("attempt", made.uuid).status_code for _ in range(2)] == [202, 202]
    assert calls == [made.pk] * 2
    assert "broker unreachable" in caplog.text
    broken[0] = False
    assert [link.get("attempt", made.uuid).status_code for _ in range(3)] == [202] * 3
    assert calls == [made.pk] * 3


def test_a_cache_that_is_down_leaves_the_page_up(world: Any, link: Way, settings: Any) -> None:
    provider(world)
    made = attempt_for(world, link.document)
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}}
    assert link.get("attempt", made.uuid).status_code == 202


def test_task_that_hears_nothing_ends_quietly(world: Any, link: Way, account: Any, settings: Any) -> None:
    link.pay()
    made = Attempt.objects.get()
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    before = rows()
    tasks.ask(made.pk)
    assert rows() == before
