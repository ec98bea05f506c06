from __future__ import annotations

from typing import Any

import pytest

from clients.models import Client
from tests.world import make_client


@pytest.mark.parametrize(
    "text",
    [
        "mühle",
        "STRASSBURGER & S",
        "k0002",
        "ida@oel",
        "4711",
        "DE136695976",
        "de 136.695.976",
        " Ölmühle ",
    ],
)
def test_a_client_is_found_by(world: Any, stranger: Any, made: Client, text: str) -> None:
    make_client(world.company, "Zweite GmbH")
    assert list(Client.objects.for_company(world.company).search(text)) == [made]
    assert list(Client.objects.for_company(stranger.company).search(text)) == []


@pytest.mark.parametrize("text", ["DE13669597", "136695976", "%", "_", "K000", "nobody", "'; DROP"])
def test_a_client_is_not_found_by(world: Any, made: Client, text: str) -> None:
    assert list(Client.objects.for_company(world.company).search(text)) == []
