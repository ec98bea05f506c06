"""What the stand-in answers and takes, beside the annotations of the provider's own library: a drift fails here."""

import sys
import types
import typing
from collections.abc import Iterator
from typing import Any

import pytest
import stripe
import stripe.params
import stripe.params.checkout

from tests.helpers.sandbox import SandboxProcess, sandbox_process
from tools.sandbox import shapes, specs

SIMPLE = {int: int, str: str, bool: bool, float: (int, float)}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    with sandbox_process() as process:
        yield process


@pytest.fixture(scope="module")
def client(sandbox: SandboxProcess) -> stripe.StripeClient:
    return stripe.StripeClient(sandbox.key, base_addresses={"api": sandbox.url}, max_network_retries=0)


def create(client: stripe.StripeClient, **more: Any) -> Any:
    item = {
        "price_data": {"currency": "eur", "unit_amount": 11900, "product_data": {"name": "Invoice R-1"}},
        "quantity": 1,
    }
    params = {"mode": "payment", "line_items": [item], "success_url": "https://shop.example/?s={CHECKOUT_SESSION_ID}"}
    return client.v1.checkout.sessions.create(params=params | {"client_reference_id": "a-1"} | more)  # type: ignore[arg-type]


def options(annotation: Any) -> tuple[Any, ...]:
    """The alternatives of a union; one alternative otherwise."""
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return tuple(each for part in typing.get_args(annotation) for each in options(part))
    return (annotation,)


def fits(value: Any, annotation: Any, place: str) -> list[str]:
    """What about `value` contradicts the annotation, in words."""
    allowed = options(annotation)
    if value is None:
        return [] if type(None) in allowed else [f"{place} is null"]
    failures: list[str] = []
    for kind in allowed:
        origin = typing.get_origin(kind)
        if kind in SIMPLE and isinstance(value, SIMPLE[kind]) and isinstance(value, bool) == (kind is bool):
            return []
        if origin is typing.Literal and value in typing.get_args(kind):
            return []
        if origin is list and isinstance(value, list):
            return [
                word for at, each in enumerate(value) for word in fits(each, typing.get_args(kind)[0], f"{place}[{at}]")
            ]
        if isinstance(value, dict) and (origin or kind) is getattr(stripe._stripe_object, "UntypedStripeObject", None):
            return []
        if isinstance(value, dict) and isinstance(kind, type) and kind.__annotations__:
            return differences(value, kind, place)
        failures.append(str(kind)[:60])
    return [f"{place} = {value!r} is none of {failures}"]


def differences(body: dict[str, Any], kind: type, place: str) -> list[str]:
    known = {name: each for name, each in kind.__annotations__.items() if name != "OBJECT_NAME"}
    missing = [
        f"{place}.{name} is missing"
        for name, each in known.items()
        if type(None) not in options(each) and name not in body
    ]
    unknown = [f"{place}.{name} is unknown" for name in body if name not in known]
    return (
        missing
        + unknown
        + [
            word
            for name, value in body.items()
            if name in known
            for word in fits(value, known[name], f"{place}.{name}")
        ]
    )


KINDS = {
    "checkout.session": stripe.checkout.Session, "payment_intent": stripe.PaymentIntent, "charge": stripe.Charge,
    "refund": stripe.Refund, "event": stripe.Event, "account": stripe.Account, "balance": stripe.Balance,
}  # fmt: skip


def test_every_object_in_every_state_is_shaped_like_the_libraries(
    sandbox: SandboxProcess, client: stripe.StripeClient
) -> None:
    pages = [
        create(client, cancel_url="https://shop.example/", customer_email="a@b.example", locale="de") for _ in range(6)
    ]
    for page, steps in zip(
        pages,
        (["pay"], ["debit", "debit_succeeds"], ["debit", "debit_fails"], ["decline"], ["expire"], []),
        strict=True,
    ):
        for step in steps:
            sandbox.act(step, page.id)
    assert sandbox.press(pages[5].id, "challenge") == f"/c/3ds/{pages[5].id}"
    intent = client.v1.checkout.sessions.retrieve(pages[0].id).payment_intent
    for outcome in ("pending", "failed", "succeeded"):
        sandbox.control("refunds", outcome=outcome)
        client.v1.refunds.create(params={"payment_intent": intent, "amount": 100})  # type: ignore[typeddict-item]
    bodies = [sandbox.api("GET", path)[1] for path in ("/v1/account", "/v1/balance")]
    for path in ("checkout/sessions", "payment_intents", "charges", "refunds", "events"):
        answer = sandbox.api("GET", f"/v1/{path}", "limit=100")[1]
        assert (set(answer), answer["has_more"]) == ({"object", "url", "has_more", "data"}, False)
        bodies += answer["data"]
    told = [(each["data"]["object"], each["type"]) for each in bodies if each["object"] == "event"]
    assert [word for body in bodies for word in differences(body, KINDS[body["object"]], body["object"])] == []
    assert [word for body, name in told for word in differences(body, KINDS[body["object"]], name)] == []
    assert {body["object"] for body in bodies} == set(KINDS)


def inside(annotation: Any, module: Any) -> Any:
    """The TypedDict inside a parameter's annotation."""
    if isinstance(annotation, typing.ForwardRef):
        annotation = eval(annotation.__forward_arg__, {**vars(typing), **vars(module), "NotRequired": typing.Optional})
    if isinstance(annotation, type) and issubclass(annotation, dict) and annotation is not dict:
        return annotation
    found = (inside(each, module) for each in typing.get_args(annotation))
    return next((each for each in found if each), None)


def unknown_to_library(spec: Any, kind: Any, place: str) -> list[str]:
    known, module = kind.__annotations__, sys.modules[kind.__module__]
    found = [f"{place}[{name}]" for name in spec if name not in known]
    for name, each in spec.items():
        inner = each[0] if isinstance(each, list) else each
        if isinstance(inner, dict) and name in known:
            found += unknown_to_library(inner, inside(known[name], module), f"{place}[{name}]")
    return found


@pytest.mark.parametrize(
    ("spec", "kind"),
    [
        (specs.CREATE_SESSION, stripe.params.checkout.SessionCreateParams),
        (specs.LIST_SESSIONS, stripe.params.checkout.SessionListParams),
        (specs.CREATE_REFUND, stripe.params.RefundCreateParams),
        (specs.LIST_REFUNDS, stripe.params.RefundListParams),
        (specs.LIST_EVENTS, stripe.params.EventListParams),
        (specs.RETRIEVE, stripe.params.checkout.SessionRetrieveParams),
    ],
)
def test_no_parameter_is_taken_that_the_library_does_not_know(spec: Any, kind: Any) -> None:
    assert unknown_to_library(spec, kind, "") == []


def test_the_version_is_the_librarys() -> None:
    assert stripe._api_version._ApiVersion.CURRENT == shapes.API_VERSION  # type: ignore[attr-defined]


def test_a_message_is_signed_as_the_library_checks_it(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    sandbox.act("pay", create(client).id)
    event = sandbox.events("checkout.session.completed")[-1]
    body, header = sandbox.message(event)
    assert client.construct_event(body, header, sandbox.secret).id == event["id"]
    for altered, signed in (
        (body + b" ", header),
        (body, sandbox.message(event, "whsec_other")[1]),
        (body, sandbox.message(event, at=1)[1]),
    ):
        with pytest.raises(stripe.SignatureVerificationError):
            client.construct_event(altered, signed, sandbox.secret)
