"""Rubbish at every door: a page, a sentence at the field or a clear 4xx, never a fault, and nothing half done."""

import itertools
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import Client as Browser

from tests.helpers.crawl import Objects, Route, our_routes
from tests.helpers.doors import Posting, open_door, posting_routes
from tests.helpers.money import invoice
from tests.helpers.people import office_client
from tests.helpers.rows import print_of, stored

pytestmark = pytest.mark.django_db
LONG = "x" * 10_000
RUBBISH = (
    "", "\0", "a\0b", LONG, "9" * 5_000, "1e999", "-1", "NaN", "Infinity", "0001-01-01", "9999-12-31", "9999-99-99",
    "2026-02-30T25:61", "ﷺ٣𝟛\u2028\u202e\ud7ff😀", "'; DROP TABLE x; --", "%00%ff%", "../../etc/passwd",
    "{{7*7}}", "0" * 10 + "1" * 5_000, "1,000.00.0", str(2**63), str(2**31), str(uuid.UUID(int=0)), "[]", "{}", "null",
)  # fmt: skip
# Every name a list, a pager, a filter or a suggestion of the site reads from the query, and what attackers try (FAULTS 53).
NAMES = (
    "q", "after", "before", "page", "client", "copy", "document", "state", "since", "until", "currency", "age", "as_of",
    "account", "source", "method", "unapplied", "pattern", "reset", "seq", "by", "next", "download", "number", "role",
)  # fmt: skip
LOOKUPS = (
    "client__user__password__startswith", "user__password__startswith", "company__slug", "company_id", "state__in",
    "q__regex", "order", "order_by", "sort", "ordering", "o", "filter", "fields", "include", "limit", "offset",
    "created_by__password", "id__gt", "pk", "is_platform_admin", "history__id", "_to_field", "_popup", "format",
)  # fmt: skip
REFUSED = {400, 403, 404, 405, 409, 413, 415, 422}


def pages() -> list[Route]:
    return [route for route in our_routes() if route.kind == "office" and "GET" in route.methods]


def calm(browser: Browser) -> Browser:
    """A fault is an answer of 500 here, so that all of them are told at once."""
    browser.raise_request_exception = False
    return browser


def undone(ask: Callable[[], Any]) -> Any:
    with transaction.atomic():
        answer = ask()
        transaction.set_rollback(True)
    return answer


def test_rubbish_in_the_query_of_every_page_is_no_fault(world: Any) -> None:
    """Every name at once; the values take turns, so each meets some pages."""
    browser, own, wrong, values = calm(office_client(world.owner)), Objects(world), [], itertools.cycle(RUBBISH)
    for route in pages():
        url = route.url("acme", own.for_route(route))
        for value in itertools.islice(values, 4):
            query = urlencode(dict.fromkeys((*NAMES, *LOOKUPS), value), errors="replace")
            status = undone(lambda where=f"{url}?{query}": browser.get(where)).status_code
            if status >= 500:
                wrong.append(f"{route.path}: {status} for {value[:20]!r}")
    assert wrong == []


# What each list reads from the query.
LISTS = {
    "clients:clients": "q state after before", "clients:client_lookup": "q client by",
    "billing:documents": "q client since until state after before", "billing:document_products": "q",
    "billing:document_clients": "q", "billing:document_terms": "client", "billing:document_new": "copy client",
    "billing:receivables": "currency age after before", "billing:journal": "account source since until after before",
    "billing:balance": "as_of", "billing:products": "q state after before", "billing:rates": "currency after before",
    "billing:series_example": "pattern reset seq", "payments:record": "document client q",
    "payments:payments": "q client method since until unapplied after before",
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_each_parameter_of_a_list_alone(world: Any, name: str) -> None:
    """One at a time: an error in the first must not hide the second."""
    browser, before, wrong = calm(office_client(world.owner)), stored(), []
    (route,) = (found for found in pages() if found.name == name)
    url = route.url("acme", {})
    for place, parameter in enumerate(LISTS[name].split()):
        for value in RUBBISH[place % 3 :: 3] if len(LISTS[name]) > 12 else RUBBISH:
            answer = browser.get(f"{url}?{urlencode({parameter: value}, errors='replace')}")
            if answer.status_code not in {200, 404}:
                wrong.append(f"{parameter}={value[:20]!r}: {answer.status_code}")
    assert wrong == []
    assert print_of(stored()) == print_of(before)


@pytest.mark.parametrize("name", ["billing:documents", "clients:clients", "billing:products", "payments:payments"])
def test_lookups_and_orders_in_the_query_have_no_effect(world: Any, stranger: Any, name: str) -> None:
    """FAULTS 53: what a list is ordered and narrowed by is a fixed choice, and nobody's password hash is guessed at."""
    from tests.helpers.editor import product_of
    from tests.helpers.money import payment
    from tests.world import make_client

    make_client(world.company, "Zweite AG")
    for sku in ("A", "B"):
        product_of(world, sku)
        payment(world, "10.00" if sku == "A" else "20.00")
        invoice(world)
    browser = office_client(world.owner)
    (route,) = (found for found in pages() if found.name == name)
    url = route.url("acme", {})
    plain = _rows(browser.get(url))
    assert len(plain) == 2
    for lookup in LOOKUPS:
        for value in ("argon2", "-id", "globex", "1"):
            assert _rows(browser.get(url, {lookup: value})) == plain, (lookup, value)


def _rows(answer: Any) -> list[Any]:
    assert answer.status_code == 200
    return [getattr(row, "uuid", row) for row in answer.context["page"].rows]


def test_cursors_nobody_gave_out_lead_to_the_first_page(world: Any) -> None:
    import base64
    import json

    browser = calm(office_client(world.owner))
    told = (
        ["a"],
        ["a", "b"],
        [None, 1],
        {"a": 1},
        ["9999-12-31", "9" * 400],
        ["a", str(2**70)],
        ["\ud800", "1"],
        [["a"], "1"],
        7,
    )
    cursors = [base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=") for value in told]
    nested = base64.urlsafe_b64encode(b"[" * 20_000).decode()
    for name in (found for found, names in LISTS.items() if "after" in names):
        (route,) = (found for found in pages() if found.name == name)
        for cursor, way in itertools.product([*cursors, nested], ("after", "before")):
            status = browser.get(route.url("acme", {}), {way: cursor}).status_code
            assert status == 200, (name, way, cursor[:60], status)


@pytest.mark.parametrize("bad", [str(uuid.UUID(int=7)), "1", "0" * 32, "g" * 8 + "-0000-0000-0000-" + "0" * 12, "%00"])
def test_a_malformed_id_is_not_found(world: Any, bad: str) -> None:
    browser = calm(office_client(world.owner))
    fake = str(uuid.UUID(int=7))
    for route in (found for found in our_routes() if found.kind == "office" and set(found.kwargs) - {"company"}):
        url = route.url("acme", dict.fromkeys(route.kwargs, fake)).replace(fake, bad)
        answers = {method: getattr(browser, method.lower())(url).status_code for method in route.methods}
        assert set(answers.values()) == {404}, (url, answers)


def test_wrong_methods_are_refused_and_do_nothing(world: Any) -> None:
    browser, own, wrong = calm(office_client(world.owner)), Objects(world), []
    routes = [(route, route.url("acme", own.for_route(route))) for route in our_routes() if route.kind == "office"]
    before = print_of(stored())
    for route, url in routes:
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"} - set(route.methods):
            answer = browser.generic(method, url, b'{"state": "void"}', "application/json")
            if answer.status_code != 405 or "Allow" not in answer.headers:
                wrong.append(f"{method} {route.path}: {answer.status_code}")
    assert wrong == []
    assert print_of(stored()) == before


def bodies(form: Posting, values: Iterator[str]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Rubbish in every field at once; then field by field rubbish, nothing, or twice; then odd buttons."""
    for value in itertools.islice(values, 4):
        yield f"all {value[:12]!r}", [(name, value) for name, _was in form.body]
    once: dict[str, int] = {}
    for place, (name, _was) in enumerate(form.body):
        once.setdefault(name.rpartition("-")[2], place)  # one row of several
    for turn, place in enumerate(once.values()):
        name, value = form.body[place][0], next(values)
        if turn % 4 == 2:
            yield f"no {name}", [*form.body[:place], *form.body[place + 1 :]]
        elif turn % 4 == 3:
            yield f"{name} twice", [*form.body, (name, "\0twice")]
        else:
            yield f"{name}={value[:12]!r}", [*form.body[:place], (name, value), *form.body[place + 1 :]]
    acts = ("add:" + "9" * 5_000, "up:" + LONG, "take:\0", "remove:l" + "9" * 40) if "lines" in form.names else ()
    buttons = ("add", "suggest", "find", "count", "oldest") if any("-" in name for name in form.names) else ()
    for name, value in (*(("act", act) for act in acts), *((button, "\0" + "9" * 5_000) for button in buttons)):
        yield f"button {name} {value[:9]!r}", [*form.body, (name, value)]


@pytest.mark.parametrize("area", ["office", "clients", "billing", "payments"])
def test_a_form_of_rubbish_is_answered_and_refused_whole(world: Any, area: str) -> None:
    """What is refused has written nothing; what passes is a redirect."""
    browser, wrong, values = calm(office_client(world.owner)), [], itertools.cycle(RUBBISH)
    for route in (found for found in posting_routes() if found.name.partition(":")[0] == area):
        with transaction.atomic():
            form, before = open_door(world, browser, route), None
            for what, body in bodies(form, values):
                with transaction.atomic():
                    answer = form.send(browser, body=body)
                    if answer.status_code >= 500:
                        wrong.append(f"{route.path}: {answer.status_code} for {what}")
                    elif answer.status_code != 302 and what.startswith("all"):
                        before = before or print_of(stored())
                        wrong += [f"{route.path}: {what} left {row[:200]}" for row in print_of(stored()) - before]
                    transaction.set_rollback(True)
            transaction.set_rollback(True)
    assert wrong == []
