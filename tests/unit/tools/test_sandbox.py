"""The provider's stand-in: its rules where a client notices them, the hosted page, and messages on request."""

import http.server
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import stripe

from tests.helpers.sandbox import ROOT, SandboxProcess, sandbox_process

FORM = {
    "mode": "payment", "success_url": "http://127.0.0.1:9/back/?s={CHECKOUT_SESSION_ID}", "cancel_url": "http://127.0.0.1:9/no/",
    "line_items[0][price_data][currency]": "eur", "line_items[0][price_data][unit_amount]": "11900",
    "line_items[0][price_data][product_data][name]": "Rechnung <R-1>", "line_items[0][quantity]": "1", "locale": "de",
    "metadata[attempt]": "a-1", "client_reference_id": "a-1",
}  # fmt: skip


@pytest.fixture(scope="module")
def process() -> Iterator[SandboxProcess]:
    with sandbox_process() as started:
        yield started


@pytest.fixture
def sandbox(process: SandboxProcess, request: pytest.FixtureRequest) -> SandboxProcess:
    """An account of each test's own."""
    process.key = "sk_test_sandbox_" + re.sub(r"\W", "_", request.node.name)
    process.control("calm")
    return process


def create(sandbox: SandboxProcess, **headers: str) -> Any:
    status, body, _ = sandbox.api("POST", "/v1/checkout/sessions", urlencode(FORM), **headers)
    assert status == 200, body
    return body


def counted(sandbox: SandboxProcess, path: str = "checkout/sessions") -> int:
    return len(sandbox.api("GET", f"/v1/{path}", "limit=100")[1]["data"])


# -- keys, parameters, errors ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "authorization", ["", "Bearer ", "Bearer sk_live_1", "Bearer sk_test_other", "Basic sk_test_sandbox"]
)
def test_other_keys_are_refused(sandbox: SandboxProcess, authorization: str) -> None:
    status, body, _ = sandbox.api("GET", "/v1/account", Authorization=authorization)
    assert (status, body["error"]["type"]) == (401, "invalid_request_error")


@pytest.mark.parametrize(
    ("change", "param", "code"),
    [
        ({"colour": "red"}, "colour", "parameter_unknown"),
        ({"line_items[0][price_data][colour]": "red"}, "line_items[0][price_data][colour]", "parameter_unknown"),
        ({"mode": None}, "mode", "parameter_missing"),
        ({"success_url": None}, "success_url", "parameter_missing"),
        ({"success_url": "javascript:1"}, "success_url", "url_invalid"),
        ({"success_url": ""}, "success_url", "parameter_invalid_empty"),
        ({"customer_email": "nobody"}, "customer_email", "email_invalid"),
        ({"line_items[0][quantity]": "0"}, "line_items[0][quantity]", "parameter_invalid_integer"),
        ({"line_items[0][quantity]": None}, "line_items[0][quantity]", "parameter_missing"),
        (
            {"line_items[0][price_data][unit_amount]": "1.5"},
            "line_items[0][price_data][unit_amount]",
            "parameter_invalid_integer",
        ),
        (
            {"line_items[0][price_data][unit_amount]": "-1"},
            "line_items[0][price_data][unit_amount]",
            "parameter_invalid_integer",
        ),
        ({"line_items[0][price_data][unit_amount]": "49"}, None, "amount_too_small"),
        ({"line_items[0][price_data][unit_amount]": "100000000"}, "line_items", "amount_too_large"),
        ({"line_items[0][price_data][currency]": "euro"}, "line_items[0][price_data][currency]", None),
        ({"expires_at": "1"}, "expires_at", None),
        ({"mode": "subscription"}, "mode", None),
    ],
)
def test_wrong_parameters_are_refused_by_name(
    sandbox: SandboxProcess, change: Any, param: str | None, code: str | None
) -> None:
    form = {name: value for name, value in (FORM | change).items() if value is not None}
    status, body, _ = sandbox.api("POST", "/v1/checkout/sessions", urlencode(form))
    error = body["error"]
    assert (status, error["type"], error.get("param"), error.get("code")) == (400, "invalid_request_error", param, code)
    assert counted(sandbox) == 0


def test_amounts_of_three_decimals_end_in_nought(sandbox: SandboxProcess) -> None:
    name = "line_items[0][price_data][currency]"
    assert sandbox.api("POST", "/v1/checkout/sessions", urlencode(FORM | {name: "kwd"}))[0] == 200
    odd = FORM | {name: "kwd", "line_items[0][price_data][unit_amount]": "11901"}
    assert sandbox.api("POST", "/v1/checkout/sessions", urlencode(odd))[1]["error"]["code"] == "invalid_amount"


def test_nothing_of_another_account_is_found(sandbox: SandboxProcess) -> None:
    page = create(sandbox)
    sandbox.key += "_other"
    status, body, _ = sandbox.api("GET", f"/v1/checkout/sessions/{page['id']}")
    assert (status, body["error"]["code"], counted(sandbox)) == (404, "resource_missing", 0)
    assert sandbox.api("GET", "/v1/nothing")[0] == 404


# -- idempotency -------------------------------------------------------------------------------------------------------


def test_the_same_key_answers_the_same_and_refuses_anything_else(sandbox: SandboxProcess) -> None:
    first = sandbox.api("POST", "/v1/checkout/sessions", urlencode(FORM), Idempotency_Key="k")
    again = sandbox.api("POST", "/v1/checkout/sessions", urlencode(FORM), Idempotency_Key="k")
    other = sandbox.api("POST", "/v1/checkout/sessions", urlencode(FORM | {"locale": "en"}), Idempotency_Key="k")
    assert (first[1], "idempotent-replayed" in first[2]) == (again[1], False)
    assert (again[2]["idempotent-replayed"], again[2]["original-request"]) == ("true", first[2]["request-id"])
    assert (other[0], other[1]["error"]["type"]) == (400, "idempotency_error")
    assert counted(sandbox) == 1


def test_a_lost_answer_is_had_by_asking_again(sandbox: SandboxProcess) -> None:
    sandbox.fault("lose", "POST", "/v1/checkout/sessions")
    with pytest.raises((ConnectionError, OSError, http.client.HTTPException)):
        create(sandbox, Idempotency_Key="lost")
    page = create(sandbox, Idempotency_Key="lost")
    assert (counted(sandbox), page["client_reference_id"]) == (1, "a-1")


def test_a_second_request_while_the_first_runs_is_refused(sandbox: SandboxProcess) -> None:
    answers: list[int] = []

    def post() -> None:
        answers.append(sandbox.api("POST", "/v1/checkout/sessions", urlencode(FORM), Idempotency_Key="same")[0])

    threads = [threading.Thread(target=post) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) <= {200, 409}
    assert (200 in answers, counted(sandbox)) == (True, 1)


@pytest.mark.parametrize(("kind", "made"), [("refuse", 0), ("error", 0), ("error_after", 1), ("lose", 1)])
def test_faults_do_what_they_say(sandbox: SandboxProcess, kind: str, made: int) -> None:
    sandbox.fault(kind, "POST", "/v1/checkout/.*", status=503)
    try:
        assert sandbox.api("POST", "/v1/checkout/sessions", urlencode(FORM))[0] == 503
    except (OSError, http.client.HTTPException):
        assert kind in {"refuse", "lose"}
    assert counted(sandbox) == made
    assert create(sandbox)["status"] == "open"


def test_a_kill_forgets_nothing() -> None:
    with sandbox_process() as sandbox:
        page = create(sandbox, Idempotency_Key="kept")
        sandbox.send_to("http://127.0.0.1:9/")
        sandbox.kill()
        sandbox.start()
        assert create(sandbox, Idempotency_Key="kept")["id"] == page["id"]
        sandbox.act("pay", page["id"])
        assert len(sandbox.events("checkout.session.completed")[0]["deliveries"]) == 1


# -- lists -------------------------------------------------------------------------------------------------------------


def test_lists_come_in_pages_and_filtered(sandbox: SandboxProcess) -> None:
    made = [create(sandbox)["id"] for _ in range(5)][::-1]
    first = sandbox.api("GET", "/v1/checkout/sessions", "limit=2")[1]
    assert ([each["id"] for each in first["data"]], first["has_more"]) == (made[:2], True)
    rest = sandbox.api("GET", "/v1/checkout/sessions", f"limit=3&starting_after={made[1]}")[1]
    assert ([each["id"] for each in rest["data"]], rest["has_more"]) == (made[2:], False)
    before = sandbox.api("GET", "/v1/checkout/sessions", f"limit=2&ending_before={made[4]}")[1]
    assert ([each["id"] for each in before["data"]], before["has_more"]) == (made[2:4], True)
    paid = sandbox.act("pay", made[2])
    for query, expected in (
        (f"payment_intent={paid['payment_intent']}", [made[2]]), ("status=complete", [made[2]]),
        (f"created[gte]={paid['created'] + 100}", []), (f"created[lte]={paid['created'] + 100}", made),
    ):  # fmt: skip
        assert [each["id"] for each in sandbox.api("GET", "/v1/checkout/sessions", query)[1]["data"]] == expected
    types = "types[0]=payment_intent.succeeded&types[1]=checkout.session.completed"
    told = [each["type"] for each in sandbox.api("GET", "/v1/events", types)[1]["data"]]
    assert told == ["checkout.session.completed", "payment_intent.succeeded"]
    assert sandbox.api("GET", "/v1/events", "limit=101")[0] == 400


def test_the_library_walks_pages_and_expands(sandbox: SandboxProcess) -> None:
    client = stripe.StripeClient(sandbox.key, base_addresses={"api": sandbox.url})
    made = [create(sandbox)["id"] for _ in range(3)]
    sandbox.act("pay", made[0])
    walked = [each.id for each in client.v1.checkout.sessions.list(params={"limit": 1}).auto_paging_iter()]
    assert walked == made[::-1]
    page = client.v1.checkout.sessions.retrieve(made[0], params={"expand": ["payment_intent.latest_charge"]})
    assert page.payment_intent.latest_charge.payment_method_details.type == "card"  # type: ignore[union-attr]


# -- how payments end --------------------------------------------------------------------------------------------------


def test_each_button_of_the_hosted_page(sandbox: SandboxProcess) -> None:
    def back(page: Any) -> str:
        return f"http://127.0.0.1:9/back/?s={page['id']}"

    card, debit, bank, refused = (create(sandbox) for _ in range(4))
    assert (
        sandbox.press(card["id"], "pay") == sandbox.press(card["id"], "pay") == back(card)
    )  # a second click pays once
    assert sandbox.press(debit["id"], "debit") == back(debit)
    assert sandbox.press(bank["id"], "challenge") == f"/c/3ds/{bank['id']}"
    assert sandbox.press(bank["id"], "confirm", "3ds") == back(bank)
    assert sandbox.press(refused["id"], "challenge") == f"/c/3ds/{refused['id']}"
    assert sandbox.press(refused["id"], "refuse", "3ds") == f"/c/pay/{refused['id']}"
    assert sandbox.press(refused["id"], "decline") == f"/c/pay/{refused['id']}"
    states = {
        each["id"]: (each["status"], each["payment_status"])
        for each in sandbox.api("GET", "/v1/checkout/sessions")[1]["data"]
    }
    assert states == {
        card["id"]: ("complete", "paid"), debit["id"]: ("complete", "unpaid"), bank["id"]: ("complete", "paid"),
        refused["id"]: ("open", "unpaid"),
    }  # fmt: skip
    assert [each["type"] for each in sandbox.events()][:4] == [
        "payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed",
    ]  # fmt: skip


def test_the_page_is_safe_and_speaks_the_customers_language(sandbox: SandboxProcess) -> None:
    page = create(sandbox)
    status, headers, body = sandbox.request("GET", f"/c/pay/{page['id']}")
    text = body.decode()
    assert (status, "119,00 EUR" in text, "Rechnung &lt;R-1&gt;" in text, "Sandbox: Es fließt kein Geld." in text) == (
        200,
        True,
        True,
        True,
    )
    assert "<script" not in text
    assert "style=" not in text
    assert headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; form-action 'self' http://127.0.0.1:9; frame-ancestors 'none'; base-uri 'none'"
    )
    sandbox.act("expire", page["id"])
    assert "abgelaufen" in sandbox.request("GET", f"/c/pay/{page['id']}")[2].decode()
    assert sandbox.request("GET", "/c/pay/cs_test_none")[0] == 404


def test_a_session_is_expired_once_and_then_refuses(sandbox: SandboxProcess) -> None:
    page = create(sandbox)
    path = f"/v1/checkout/sessions/{page['id']}/expire"
    assert sandbox.api("POST", path)[1]["status"] == "expired"
    assert sandbox.api("POST", path)[0] == 400
    assert [each["type"] for each in sandbox.events()] == ["checkout.session.expired"]


def test_refunds_whole_in_part_and_failing(sandbox: SandboxProcess) -> None:
    intent = sandbox.act("pay", create(sandbox)["id"])["payment_intent"]

    def refund(amount: int | None = None) -> tuple[int, Any]:
        form = {"payment_intent": intent} | ({"amount": amount} if amount is not None else {})
        return sandbox.api("POST", "/v1/refunds", urlencode(form))[:2]

    assert refund(12000)[1]["error"]["param"] == "amount"
    assert refund(0)[1]["error"]["code"] == "parameter_invalid_integer"
    assert (refund(900)[1]["status"], counted(sandbox, "refunds")) == ("succeeded", 1)
    sandbox.control("refunds", outcome="pending")
    pending = refund(1000)[1]
    assert (pending["status"], sandbox.act("refund_fails", pending["id"])["status"]) == ("pending", "failed")
    sandbox.control("refunds", outcome="succeeded")
    whole = refund()[1]
    assert (whole["amount"], refund()[1]["error"]["code"]) == (11000, "charge_already_refunded")
    charge = sandbox.api("GET", "/v1/charges", f"payment_intent={intent}")[1]["data"][0]
    assert (charge["amount_refunded"], charge["refunded"]) == (11900, True)
    debit = sandbox.act("debit", create(sandbox)["id"])["payment_intent"]
    assert sandbox.api("POST", "/v1/refunds", f"payment_intent={debit}")[0] == 400


# -- messages ----------------------------------------------------------------------------------------------------------


class Listener(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        shop: Any = self.server
        shop.told.append((json.loads(body)["type"], self.headers["Stripe-Signature"], body))
        self.send_response(shop.answers.pop(0) if shop.answers else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def shop() -> Iterator[Any]:
    server: Any = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    server.told, server.answers = [], []
    server.url = f"http://127.0.0.1:{server.server_port}/hooks/1/"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


CARD = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"]


def test_messages_arrive_signed_in_order_and_again_after_a_failure(sandbox: SandboxProcess, shop: Any) -> None:
    sandbox.send_to(shop.url)
    shop.answers += [500]
    sandbox.act("pay", create(sandbox)["id"])
    sandbox.wait_for(lambda: len(shop.told) == 5)
    kinds = [kind for kind, _, _ in shop.told]
    assert kinds == [*CARD, "payment_intent.created"]  # the failed one comes again after its back-off
    for _, header, body in shop.told:
        stripe.WebhookSignature.verify_header(body.decode(), header, sandbox.secret, 300)
    sandbox.wait_for(lambda: {each["pending_webhooks"] for each in sandbox.events()} == {0})


def test_messages_held_reversed_doubled_and_stopped(sandbox: SandboxProcess, shop: Any) -> None:
    sandbox.send_to(shop.url)
    sandbox.control("mode", held=True)
    sandbox.act("pay", create(sandbox)["id"])
    assert shop.told == []
    assert sandbox.control("release", order="reversed", times=2) == {"sent": 8}
    sandbox.wait_for(lambda: len(shop.told) == 8)
    assert [kind for kind, _, _ in shop.told] == [kind for kind in CARD[::-1] for _ in range(2)]
    shop.told.clear()
    sandbox.control("mode", held=False, stopped=True)
    sandbox.act("pay", create(sandbox)["id"])
    last = sandbox.events()[-1]
    assert (last["deliveries"][0]["state"], shop.told) == ("stopped", [])
    assert (sandbox.deliver([last, last]), len(shop.told)) == ([200, 200], 2)


# -- this machine only -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.com"])
def test_it_serves_this_machine_only(tmp_path: Any, host: str) -> None:
    command = [sys.executable, "-m", "tools.sandbox", "--host", host, "--state", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)
    assert (done.returncode, done.stdout, done.stderr) == (
        1,
        "",
        f"The sandbox serves this machine only, not {host!r}.\n",
    )


def test_a_port_in_use_is_one_line(process: SandboxProcess, tmp_path: Any) -> None:
    command = [sys.executable, "-m", "tools.sandbox", "--port", str(process.port), "--state", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)
    assert (done.returncode, done.stderr) == (1, f"Port {process.port} cannot be used: Address already in use\n")


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_a_page_elsewhere_cannot_reach_it(sandbox: SandboxProcess, headers: dict[str, str]) -> None:
    page = create(sandbox)
    assert sandbox.request("POST", f"/c/pay/{page['id']}", "do=pay", headers)[0] == 403
    assert sandbox.api("GET", f"/v1/checkout/sessions/{page['id']}")[1]["status"] == "open"


def test_the_control_page_shows_and_does(sandbox: SandboxProcess) -> None:
    page = create(sandbox)
    sandbox.press(page["id"], "debit")
    text = sandbox.request("GET", "/")[2].decode()
    assert (page["id"] in text, "Debit succeeds" in text, "<script" in text) == (True, True, False)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for _ in range(2):  # the second finds it done
        assert sandbox.request("POST", "/", f"verb=debit_succeeds&id={page['id']}", form)[0] == 303
    assert sandbox.api("GET", f"/v1/checkout/sessions/{page['id']}")[1]["payment_status"] == "paid"
