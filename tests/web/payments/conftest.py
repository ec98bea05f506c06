"""People of the company at their browsers."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser

from tests.helpers.people import office_client


@pytest.fixture
def browser(world: Any) -> Callable[[str], Browser]:
    """`browser("clerk")`: that person's signed-in session."""
    return lambda role: office_client(world.people[role])


@pytest.fixture
def accountant(world: Any) -> Browser:
    return office_client(world.accountant)
