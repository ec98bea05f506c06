"""Reports of undelivered mail: who is meant and for how long; anything else is refused (RFC 3464)."""

import contextlib
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing_site.rules import dsn
from invoicing_site.rules.mail import RESPONSE
from tests.helpers.reports import report

ID = uuid.UUID("0190a1b2-c3d4-4e5f-8a9b-0c1d2e3f4a5b")
DOMAIN = "bounces.example"


def test_report_to_the_return_path_is_understood() -> None:
    found = dsn.read(report(ID, to=f"bounce+{ID.hex}@{DOMAIN}", message_id=""), DOMAIN)
    assert found == dsn.Report(ID, "failed", True, "5.1.1 550 5.1.1 No such user")


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_report_that_repeats_the_message_id_is_understood(returned: str) -> None:
    found = dsn.read(report(ID, to="office@acme.example", returned=returned), "")
    assert found.mail == ID


@pytest.mark.parametrize(
    ("action", "status", "hard"),
    [
        ("failed", "5.1.1", True),
        ("Failed", "5.1.10 (null MX)", True),
        ("failed", "5.0.0", True),
        ("failed", "5.2.1", True),
        ("failed", "5.2.2", False),
        ("failed", "5.3.4", False),
        ("failed", "5.4.4", False),
        ("failed", "5.7.1", False),
        ("failed", "4.4.7", False),
        ("failed", "", False),
        ("delayed", "5.1.1", False),
        ("delivered", "2.0.0", False),
    ],
)
def test_only_an_address_that_is_gone_is_a_hard_bounce(action: str, status: str, hard: bool) -> None:
    found = dsn.read(report(ID, action=action, status=status), DOMAIN)
    assert (found.action, found.hard) == (action.lower(), hard)


def test_without_a_diagnosis_the_code_is_the_reason() -> None:
    assert dsn.read(report(ID, diagnosis=""), DOMAIN).said == "5.1.1 5.1.1"


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "no delivery status"),
        (b"Subject: Hello\r\n\r\nI am on holiday", "no delivery status"),
        (report(ID).replace(b"report-type=delivery-status", b"report-type=disposition-notification"), "no delivery"),
        (report(ID).replace(b"multipart/report", b"multipart/mixed"), "no delivery"),
        (report(ID).replace(b"message/delivery-status", b"text/plain"), "no delivery"),
        (report(ID).replace(b"Action:", b"X-Action:"), "no recipient"),
        (report(ID, to="a@b.example", message_id="<x@y.example>"), "no mail of ours"),
        (report(ID, to=f"bounce+{ID.hex}@evil.example", message_id=""), "no mail of ours"),
        (b"x" * (dsn.MOST + 1), "larger"),
        (b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 200 + b"--b--", "too many"),
    ],
)  # fmt: skip
def test_what_is_no_report_about_us_is_refused(raw: bytes, why: str) -> None:
    with pytest.raises(dsn.Unreadable, match=why):
        dsn.read(raw, DOMAIN)


def test_deep_nesting_is_refused_and_does_not_exhaust_the_stack() -> None:
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3000))
    with pytest.raises(dsn.Unreadable):
        dsn.read(deep, DOMAIN)


@given(st.binary(max_size=2000), st.integers(0, 900), st.integers(0, 900))
def test_rubbish_is_read_or_refused_and_never_breaks(rubbish: bytes, start: int, cut: int) -> None:
    raw = report(ID)
    for hostile in (rubbish, raw[:start] + rubbish + raw[start + cut :]):
        with contextlib.suppress(dsn.Unreadable):
            assert len(dsn.read(hostile, DOMAIN).said) <= RESPONSE
