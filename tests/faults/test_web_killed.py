"""The web process dies after the commit and before the answer: the same form sent again gets the first answer (FAULTS 2)."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client as Browser
from django.urls import reverse

from billing.models import Entry
from invoicing_site.models import Event
from payments.models import Payment
from tests.helpers.money import payment
from tests.helpers.people import sign_in
from tests.helpers.workers import ROOT, environment
from tests.together import size
from tests.world import make_world

pytestmark = pytest.mark.django_db(transaction=True)
# The answer is made, and so committed; it never leaves.
DYING = """
import os, signal, sys
import django
django.setup()
from django.test import Client
from django.test.client import ClientHandler
answered = ClientHandler.get_response
def get_response(self, request):
    response = answered(self, request)
    assert response.status_code == 302, response.status_code
    os.kill(os.getpid(), signal.SIGKILL)
ClientHandler.get_response = get_response
browser = Client(SERVER_NAME="localhost")
browser.cookies["sessionid"] = sys.argv[1]
browser.post(sys.argv[2], sys.argv[3], content_type="application/x-www-form-urlencoded")
"""


@pytest.fixture
def world(transactional_db: None) -> Any:
    return make_world("acme")


def test_the_same_form_again_gets_the_first_answer(world: Any, tmp_path: Path) -> None:
    browser = Browser()
    sign_in(browser, world.accountant)
    for number in range(1, size(2, 200) + 1):
        paid = payment(world, "10.00")
        url, page = (reverse(f"payments:{name}", args=["acme", paid.uuid]) for name in ("cancel", "payment"))
        body = {"form_key": f"one-time-key-{number:06}", "reason": "typed twice"}
        dead = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", DYING, browser.cookies["sessionid"].value, url, urlencode(body)],
            cwd=ROOT, env=environment(), capture_output=True,
        )  # fmt: skip
        assert dead.returncode == -signal.SIGKILL, dead.stderr.decode()
        assert Payment.objects.filter(state="cancelled").count() == number
        for _ in range(2):
            answer = browser.post(url, body)
            assert (answer.status_code, answer["Location"]) == (302, page)
    assert Event.objects.filter(type="payment.cancelled").count() == number
    assert Entry.objects.filter(purpose="cancel").count() == number
