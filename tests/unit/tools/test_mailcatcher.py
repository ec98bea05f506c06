"""The demo's mail server, spoken to by the library Django sends with."""

import json
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path(__file__).resolve().parents[3] / "tools/mailcatcher.py"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[int]:
    command = [sys.executable, str(PROGRAM), "--folder", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        yield int(child.stdout.readline().rpartition(":")[2])
        child.terminate()


def caught(folder: Path) -> list[tuple[Any, bytes]]:
    """Envelope and content of every message, the oldest first."""
    files = sorted(folder.glob("*.json"), key=lambda path: int(path.stem))
    return [(json.loads(path.read_text()), path.with_suffix(".eml").read_bytes()) for path in files]


def letter() -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Rechnung für März", "a@acme.example", "b@kunde.example"
    message.set_content("Guten Tag,\n.\n..zwei Punkte\nGrüße\n")
    message.add_attachment(bytes(range(256)) * 400, maintype="application", subtype="pdf", filename="R-1.pdf")
    return message


def test_each_message_is_kept_byte_for_byte_with_its_envelope(server: int, tmp_path: Path) -> None:
    sent = letter().as_bytes(policy=policy.SMTP)
    with smtplib.SMTP("127.0.0.1", server) as client:
        client.sendmail("bounce+1@acme.example", ["b@kunde.example", "copy@acme.example"], sent)
        client.sendmail("", ["b@kunde.example"], b"Subject: second\r\n\r\nno sender\r\n")
    (first, content), (second, _) = caught(tmp_path)
    assert (first["from"], first["to"]) == ("bounce+1@acme.example", ["b@kunde.example", "copy@acme.example"])
    assert content == sent
    assert (second["from"], second["to"], first["size"]) == ("", ["b@kunde.example"], len(content))


def test_nothing_is_kept_of_what_was_taken_back_or_broken_off(server: int, tmp_path: Path) -> None:
    with smtplib.SMTP("127.0.0.1", server) as client:
        client.ehlo()
        assert client.mail("a@acme.example")[0] == client.rcpt("b@kunde.example")[0] == client.rset()[0] == 250
        assert (client.docmd("DATA")[0], client.noop()[0], client.docmd("TURN")[0]) == (503, 250, 502)
        assert (client.mail("a@acme.example")[0], client.rcpt("b@kunde.example")[0]) == (250, 250)
        assert client.docmd("DATA")[0] == 354
        client.send(b"half a message\r\n.\n\r\n")  # a bare line feed ends nothing
        client.close()
    assert caught(tmp_path) == []


def test_the_order_of_commands_and_sizes_are_kept(server: int, tmp_path: Path) -> None:
    with smtplib.SMTP("127.0.0.1", server) as client:
        assert client.docmd("MAIL", "FROM:<a@acme.example>")[0] == 503
        client.ehlo()
        assert client.has_extn("size")
        assert client.docmd("RCPT", "TO:<b@kunde.example>")[0] == 503
        assert client.docmd("MAIL", "FROM:a@acme.example")[0] == 501
        assert client.docmd("MAIL", "FROM:<a@acme.example> SIZE=999999999")[0] == 552
        assert client.docmd("MAIL", "FROM:<a@acme.example> COLOUR=RED")[0] == 555
        assert client.docmd("MAIL", "FROM:<a@acme.example> BODY=8BITMIME")[0] == 250
        assert [client.rcpt(f"b{number}@kunde.example")[0] for number in range(101)] == [250] * 100 + [452]
    assert caught(tmp_path) == []


def test_numbers_go_on_after_a_restart(server: int, tmp_path: Path) -> None:
    for _ in range(3):
        with smtplib.SMTP("127.0.0.1", server) as client:
            client.sendmail("a@acme.example", ["b@kunde.example"], b"Subject: x\r\n\r\n")
    numbers = [int(path.stem) for path in tmp_path.glob("*.json")]
    assert len(set(numbers)) == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--host", "0.0.0.0"], "The mail catcher serves this machine only, not '0.0.0.0'.\n"),
        (["--port", "{port}"], "Port {port} cannot be used: "),
    ],
)
def test_it_says_in_one_line_why_it_cannot_start(tmp_path: Path, words: list[str], said: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, str(PROGRAM), "--folder", str(tmp_path), *(word.format(port=port) for word in words)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert (done.returncode, done.stderr.startswith(said.format(port=port)), done.stderr.count("\n")) == (1, True, 1)
