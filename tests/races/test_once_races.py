"""Two clicks at the same moment on one money form: one deed, one answer (FAULTS 20)."""

import datetime as dt
import time
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import QueryDict

from invoicing_site.events import publish
from invoicing_site.models import Event, Idempotency
from invoicing_site.once import once
from tests.together import size, together

AT = dt.datetime(2026, 3, 16, 9, 30, tzinfo=dt.UTC)


@pytest.mark.django_db(transaction=True)
def test_simultaneous_sends_of_one_form_act_once(world: Any) -> None:
    def click(key: str) -> str:
        body = QueryDict(mutable=True)
        body.update({"amount": "10", "form_key": key})
        request: Any = SimpleNamespace(company=world.company, actor=world.accountant, POST=body, path="/acme/pay/")

        def work() -> str:
            event = publish("money.moved", company=world.company, subject=("x", world.company.uuid), actor=None, at=AT)
            time.sleep(0.05)
            return f"/acme/paid/{event.uuid}/"

        return str(once(request, work).headers["Location"])

    for turn in range(size(3, 30)):
        key = f"{turn:032}"
        answers = together([lambda key=key: click(key)] * 8)  # type: ignore[misc]
        assert len(set(answers)) == 1
        assert answers[0].startswith("/acme/paid/")
        assert Event.objects.filter(type="money.moved").count() == turn + 1
        assert Idempotency.objects.count() == turn + 1
