"""Ids, return paths, pauses and answers of mail."""

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing_site.rules import mail
from invoicing_site.rules.mail import Verdict

ID = uuid.UUID("0190a1b2-c3d4-4e5f-8a9b-0c1d2e3f4a5b")


@pytest.mark.parametrize(
    ("base_url", "host"),
    [
        ("https://billing.example", "billing.example"),
        ("https://billing.example:8443/x", "billing.example"),
        ("http://localhost:8000", "acme.example"),
        ("http://127.0.0.1:8000", "acme.example"),
        ("", "acme.example"),
    ],
)
def test_message_id_names_the_mail_and_a_public_host(base_url: str, host: str) -> None:
    made = mail.message_id(ID, base_url, "Office <office@acme.example>")
    assert made == f"<{ID}@{host}>"
    assert mail.mail_of_message_id(f" {made} ") == ID


@pytest.mark.parametrize("text", ["", "<hello@acme.example>", f"{ID}@acme.example", f"<{ID}>", f"<x{ID}@a.example>"])
def test_other_message_ids_are_not_ours(text: str) -> None:
    assert mail.mail_of_message_id(text) is None


@given(st.uuids())
def test_return_path_leads_back_to_its_mail(row: uuid.UUID) -> None:
    path = mail.return_path(row, "bounces.example", "office@acme.example")
    assert mail.mail_of_return_path(f"<{path.upper()}>", "Bounces.example") == row
    assert len(path.partition("@")[0]) <= 64, "the local part RFC 5321 allows"


def test_without_a_bounce_domain_reports_go_to_the_sender() -> None:
    assert mail.return_path(ID, "", "office@acme.example") == "office@acme.example"
    assert mail.mail_of_return_path(f"bounce+{ID.hex}@", "") is None


@pytest.mark.parametrize(
    "text", ["", "bounce@b.example", f"bounce+{ID.hex}@other.example", f"bounce+{ID.hex[:-1]}@b.example"]
)
def test_other_addresses_lead_nowhere(text: str) -> None:
    assert mail.mail_of_return_path(text, "b.example") is None


def test_pauses_grow_to_most_of_a_day() -> None:
    pauses = [mail.backoff(attempt) for attempt in range(1, mail.MAX_ATTEMPTS)]
    assert pauses[:4] == [dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]
    assert pauses == sorted(pauses)
    assert mail.backoff(99) == pauses[-1]
    assert sum(pauses, dt.timedelta()) < dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        (250, Verdict.ACCEPTED, Verdict.ACCEPTED),
        (299, Verdict.ACCEPTED, Verdict.ACCEPTED),
        (421, Verdict.AGAIN, Verdict.AGAIN),
        (451, Verdict.AGAIN, Verdict.AGAIN),
        (530, Verdict.AGAIN, Verdict.AGAIN),
        (535, Verdict.AGAIN, Verdict.AGAIN),
        (550, Verdict.FAILED, Verdict.FAILED),
        (554, Verdict.FAILED, Verdict.FAILED),
        (-1, Verdict.AGAIN, Verdict.UNCERTAIN),
        (0, Verdict.AGAIN, Verdict.UNCERTAIN),
        (354, Verdict.AGAIN, Verdict.UNCERTAIN),
        (600, Verdict.AGAIN, Verdict.UNCERTAIN),
    ],
)
def test_answers_are_judged(code: int, before: Verdict, after: Verdict) -> None:
    assert (mail.judge(code, handed_over=False), mail.judge(code, handed_over=True)) == (before, after)


@pytest.mark.parametrize(
    ("response", "gone"),
    [
        ("550 5.1.1 No such user", True),
        ("550-5.1.1 No such user", True),
        ("556 5.1.10 null MX", True),
        ("550 5.1.2 bad domain", True),
        ("550 5.1.8 bad sender", False),
        ("550 5.1.12 x", False),
        ("554 5.7.1 Spam", False),
        ("552 5.2.2 Full, 5.1.1 would be another", False),
        ("451 4.1.1 later", False),
        ("mail.gave_up", False),
        ("", False),
    ],
)
def test_only_a_missing_address_counts_as_gone(response: str, gone: bool) -> None:
    assert mail.no_such_address(response) is gone


@given(st.text())
def test_one_line_is_fit_for_a_header(text: str) -> None:
    line = mail.one_line(text)
    assert line == line.strip()
    assert all(c.isprintable() for c in line)
    assert mail.one_line(line) == line


def test_injected_header_is_only_text() -> None:
    assert mail.one_line("Hi\r\nBcc: x@y.example\x00\u2028now") == "Hi Bcc: x@y.example now"


def test_an_answer_is_kept_on_one_short_line() -> None:
    assert mail.said(550, b"5.1.1 <\xff>\r\nno such user") == "550 5.1.1 <�> no such user"
    assert mail.said(250, "ok") == "250 ok"
    assert len(mail.said(250, "x" * 9000)) == mail.RESPONSE


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("a@B.Example", "b.example"),
        ('"x@y"@z.example', "z.example"),
        ("A <a@b.example>", "b.example"),
        ("a@b.example.", "b.example"),
    ],
)
def test_domain_stands_behind_the_last_at(address: str, domain: str) -> None:
    assert mail.domain(address) == domain
