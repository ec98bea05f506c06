"""People of the company at their browsers, on the day of the tests' world."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser

from invoicing_site import clock
from tests.helpers.people import office_client
from tests.world import AT


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)


@pytest.fixture
def browser(world: Any) -> Callable[[str], Browser]:
    """`browser("clerk")`: that person's signed-in session."""
    return lambda role: office_client(world.people[role])


@pytest.fixture
def clerk(world: Any) -> Browser:
    return office_client(world.people["clerk"])
