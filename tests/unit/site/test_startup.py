from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from invoicing_site import startup

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
READY: dict[str, Any] = {
    "MODE": "production", "SECRET_KEY": "x" * 50, "DATA_KEYS": [f"k1:{KEY}"], "SIGNING_KEY": KEY, "SECURE": True, "STRIPE_API_BASE": "",
    "APPLICATION_DATABASE": {"USER": "app"}, "OWNER_DATABASE": {"USER": "owner"}, "ALLOWED_HOSTS": ["books.example"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"MODE": "prod"}, "INVOICING_MODE"),
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"DATA_KEYS": []}, "DATA_KEYS"),
        ({"DATA_KEYS": ["k1:c2hvcnQ="]}, "DATA_KEYS"),
        ({"DATA_KEYS": ["k1:not base64"]}, "DATA_KEYS"),
        ({"SIGNING_KEY": ""}, "SIGNING_KEY"),
        ({"SECURE": False}, "BASE_URL"),
        ({"OWNER_DATABASE": {"USER": "app"}}, "MIGRATE_DATABASE_URL"),
        ({"MODE": "demo"}, "ALLOWED_HOSTS"),
        ({"STRIPE_API_BASE": "http://127.0.0.1:12111"}, "STRIPE_API_BASE"),
        ({"MODE": "demo", "ALLOWED_HOSTS": ["localhost"], "STRIPE_API_BASE": "http://pay.example"}, "STRIPE_API_BASE"),
    ],
)
def test_each_gap_is_named(settings: Any, change: dict[str, Any], named: str) -> None:
    for name, value in (READY | change).items():
        setattr(settings, name, value)
    assert len(startup.gaps()) == 1
    with pytest.raises(ImproperlyConfigured, match=named):
        startup.demand()


def test_ready_settings_start(settings: Any) -> None:
    for name, value in READY.items():
        setattr(settings, name, value)
    startup.demand()


@pytest.mark.parametrize("key", ["sk_live_1", "rk_live_1"])
def test_the_demo_takes_no_live_keys(settings: Any, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    demo = READY | {"MODE": "demo", "ALLOWED_HOSTS": ["localhost"], "STRIPE_API_BASE": "http://127.0.0.1:12111"}
    for name, value in demo.items():
        setattr(settings, name, value)
    assert startup.gaps() == []
    monkeypatch.setenv("STRIPE_KEY", key)
    assert startup.gaps() == ["The demo takes no live keys: unset STRIPE_KEY."]
