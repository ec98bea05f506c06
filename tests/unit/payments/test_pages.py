"""Where a customer may be sent to pay."""

import pytest

from payments.rules.pages import leads_to_provider

HOSTS = ["checkout.stripe.com", "pay.example.org"]


@pytest.mark.parametrize(
    "url",
    ["https://checkout.stripe.com/c/pay/cs_1#x", "https://pay.example.org/", "https://checkout.stripe.com:443/c"],
)
def test_pages_of_the_provider(url: str) -> None:
    assert leads_to_provider(url, HOSTS) is True


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/c/pay",
        "//checkout.stripe.com/",
        "http://checkout.stripe.com/",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://checkout.stripe.com.evil.example/",
        "https://evil.example/?https://checkout.stripe.com/",
        "https://user@checkout.stripe.com/",
        "https://:x@checkout.stripe.com/",
        "https://checkout.stripe.com@evil.example/",
        "https://checkout.stripe.com:8443/",
        "https://checkout.stripe.com:port/",
        "https://[::1/",
        "https://checkout.stripe.com\\@evil.example/",
        "https://checkout.stripe.com/ x",
        "https://checkout.stripe.com/\n",
        "https://сheckout.stripe.com/",
        "http://127.0.0.1:9/",
    ],
)
def test_nothing_else(url: str) -> None:
    assert leads_to_provider(url, HOSTS) is False


@pytest.mark.parametrize(
    ("url", "stand_in", "known"),
    [
        ("http://127.0.0.1:4000/c/pay/1", "http://127.0.0.1:4000", True),
        ("http://localhost:4000/c/pay/1", "http://127.0.0.1:4000", True),
        ("http://sandbox:4000/c/pay/1", "http://sandbox:4000", True),
        ("ftp://127.0.0.1:4000/", "http://127.0.0.1:4000", False),
        ("ftp://sandbox/", "http://sandbox", False),
        ("http://127.0.0.1:4000/", "http://sandbox:4000", False),
        ("http://evil.example/", "http://127.0.0.1:4000", False),
        ("http://127.0.0.1/", "http://[broken", False),
    ],
)
def test_stand_in_of_demo_and_tests(url: str, stand_in: str, known: bool) -> None:
    assert leads_to_provider(url, HOSTS, stand_in) is known
