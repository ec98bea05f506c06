"""The demo's letter box: what arrived, byte for byte, and no more rights than a letter has."""

import json
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n" + bytes(range(256))


def put(folder: Path, number: int, content: bytes) -> None:
    (folder / f"{number}.eml").write_bytes(content)
    envelope = {"from": "bounce+7@acme.example", "to": ["k@kunde.example"], "at": 1_780_000_000 + number, "hello": "x"}
    (folder / f"{number}.json").write_text(json.dumps(envelope | {"size": len(content)}))


def letter(subject: str) -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, "Acme <a@acme.example>", "k@kunde.example"
    message.set_content("Grüße\nhttps://acme.example/l/x/\n")
    message.add_alternative("<p style='color:red'>Grüße</p><script>alert(1)</script>", subtype="html")
    message.add_attachment(PDF, maintype="application", subtype="pdf", filename="Rechnung für Sie.pdf")
    return message.as_bytes(policy=policy.SMTP)


@pytest.fixture
def box(settings: Any, tmp_path: Path) -> Path:
    settings.DEMO, settings.MAIL_CATCHER = True, str(tmp_path)
    return tmp_path


def test_the_newest_come_first_and_show_everything(client: Client, box: Path) -> None:
    put(box, 1, letter("Erste"))
    put(box, 2, letter("<b>Zweite</b>"))
    page = client.get("/demo/mail/").content.decode()
    assert page.index("&lt;b&gt;Zweite&lt;/b&gt;") < page.index("Erste")
    page = client.get("/demo/mail/1/").content.decode()
    for told in (
        "bounce+7@acme.example",
        "k@kunde.example",
        "Rechnung für Sie.pdf",
        'href="https://acme.example/l/x/"',
    ):
        assert told in page
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox" src="/demo/mail/1/body/"' in page
    assert "<script>alert" not in page


def test_parts_come_as_they_were_sent_and_can_do_nothing(client: Client, box: Path) -> None:
    content = letter("Erste")
    put(box, 1, content)
    assert client.get("/demo/mail/1/source/").content == content
    file = client.get("/demo/mail/1/files/0/")
    assert (file.content, file["Content-Type"]) == (PDF, "application/pdf")
    assert file["Content-Disposition"].startswith("attachment; filename*=utf-8''Rechnung")
    body = client.get("/demo/mail/1/body/")
    assert "<p style='color:red'>Grüße</p>" in body.content.decode()
    policy_sent = body["Content-Security-Policy"]
    assert policy_sent.startswith("sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none';")
    assert "script-src" not in policy_sent
    assert client.get("/demo/mail/1/files/1/").status_code == 404


def test_older_mails_are_a_page_further(client: Client, box: Path) -> None:
    for number in range(1, 53):
        put(box, number, f"Subject: Nr {number}.\r\n\r\n".encode())
    first = client.get("/demo/mail/").content.decode()
    assert ("Nr 52." in first, "Nr 2." in first, "?before=3" in first) == (True, False, True)
    second = client.get("/demo/mail/?before=3").content.decode()
    assert ("Nr 2." in second, "Nr 1." in second, "Nr 3." in second, "?before=" in second) == (True, True, False, False)
    assert client.get("/demo/mail/?before=x").status_code == 200


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe no mail",
        b"Content-Type: text/html; charset=nowhere\r\n\r\n<p>x",
        b"Subject: =?x?q?=\r\n\r\n",
        b"Content-Type: multipart/mixed\r\n\r\n",
    ],
)
def test_rubbish_is_shown_too(client: Client, box: Path, content: bytes) -> None:
    put(box, 1, content)
    assert [client.get(url).status_code for url in ("/demo/mail/", "/demo/mail/1/", "/demo/mail/1/source/")] == [
        200
    ] * 3


def test_there_is_none_outside_the_demo(client: Client, box: Path, settings: Any) -> None:
    put(box, 1, letter("Erste"))
    settings.DEMO = False
    for url in ("", "1/", "1/body/", "1/source/", "1/files/0/"):
        assert client.get(f"/demo/mail/{url}").status_code == 404
    settings.DEMO = True
    assert [client.get(f"/demo/mail/2/{url}").status_code for url in ("", "body/", "source/", "files/0/")] == [404] * 4
    settings.MAIL_CATCHER = ""
    assert (client.get("/demo/mail/1/").status_code, client.get("/demo/mail/").status_code) == (404, 200)
