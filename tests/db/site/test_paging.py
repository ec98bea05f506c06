from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import Client
from invoicing_site.paging import Page, keyset
from tests.world import make_client


@pytest.fixture
def named(world: Any) -> list[str]:
    """Seven clients, two of the same name."""
    names = ["Adler", "Birke", "Birke", "Dachs", "Eiche", "Fuchs"]
    for name in reversed(names):
        make_client(world.company, name)
    return [*names, "Nordlicht Medien GmbH"]


def page(world: Any, order: tuple[str, ...] = ("sort_name", "id"), **parameters: str) -> Page[Any]:
    return keyset(Client.objects.for_company(world.company), parameters, *order, size=3)


def names(found: Page[Any]) -> list[str]:
    return [client.name for client in found]


def test_pages_walk_forward_and_back_without_gap_or_repeat(world: Any, named: list[str]) -> None:
    first = page(world)
    assert first.newer is None and first.older is not None  # noqa: PT018
    second = page(world, after=first.older)
    third = page(world, after=second.older or "")
    assert names(first) + names(second) + names(third) == named
    assert third.older is None
    back = page(world, before=third.newer or "")
    assert names(back) == names(second)
    start = page(world, before=back.newer or "")
    assert (names(start), start.newer) == (names(first), None)


def test_descending_order_walks_the_same_way(world: Any, named: list[str]) -> None:
    order = ("-sort_name", "-id")
    first = page(world, order)
    second = page(world, order, after=first.older or "")
    assert names(first) + names(second) == named[::-1][:6]
    assert names(page(world, order, before=second.newer or "")) == names(first)


def test_a_row_added_meanwhile_moves_nothing(world: Any, named: list[str]) -> None:
    first = page(world)
    make_client(world.company, "Aal")
    assert names(page(world, after=first.older or "")) == named[3:6]


@pytest.mark.parametrize(
    "cursor", ["x", "bm8", "WyJhIl0", "WyJhIiwgIngiXQ", "WzEsMl0", "é", "W" * 3000, "WyJcdTAwMDAiLCAiMSJd"]
)
def test_an_invented_cursor_leads_to_the_first_page(world: Any, named: list[str], cursor: str) -> None:
    assert names(page(world, after=cursor)) == named[:3]
    assert names(page(world, before=cursor)) == named[:3]


def test_going_back_beyond_the_start_shows_the_start(world: Any, named: list[str]) -> None:
    second = page(world, after=page(world).older or "")
    Client.objects.filter(name__in=named[:3]).delete()
    assert names(page(world, before=second.newer or "")) == named[3:6]


def test_each_page_is_one_query(world: Any, named: list[str]) -> None:
    older = page(world).older or ""
    for parameters in ({}, {"after": older}, {"before": older}):
        with CaptureQueriesContext(connection) as queries:
            page(world, **parameters)
        assert len(queries) == 1
