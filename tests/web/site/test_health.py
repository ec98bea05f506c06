"""/healthz and /readyz."""

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from invoicing_site.views import health

pytestmark = pytest.mark.django_db


def test_alive_asks_nobody(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert client.post("/healthz").status_code == 405


def test_ready_when_database_and_broker_answer(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"database: ok\nbroker: ok\n")


@pytest.mark.parametrize(
    ("part", "body"),
    [("_ask_database", b"database: no answer\nbroker: ok\n"), ("_ask_broker", b"database: ok\nbroker: no answer\n")],
)
def test_not_ready_names_what_is_missing(client: Client, monkeypatch: Any, part: str, body: bytes) -> None:
    def fail() -> None:
        raise OperationalError("down")

    monkeypatch.setattr(health, part, fail)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, body)


def test_a_broker_that_is_not_there_is_noticed_soon(client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(health.app.conf, "broker_write_url", "redis://127.0.0.1:9/1")
    assert client.get("/readyz").status_code == 503
