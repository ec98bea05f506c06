"""Hostile texts and logos in every field of an invoice reach no file and no server, and print as text."""

import base64
import io
import re
import socket
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from threading import Thread
from typing import Any
from xml.etree import ElementTree

import pikepdf
import pytest

from billing.documents.html import to_html
from billing.documents.pdf import Refused, render
from billing.documents.view import document_view
from tests.helpers.papers import CREATED, Snapshot, address, facts, line, parties, tax_total, text_of

SECRET = "canary-7f3a91"


class Canary:
    """A server that should never hear from anyone, and a file nobody should read."""

    def __init__(self, server: socket.socket, file: Path) -> None:
        self.hits: list[bytes] = []
        self.file = file
        self.http = f"http://127.0.0.1:{server.getsockname()[1]}/canary"
        self._server = server

    def listen(self) -> None:
        while True:
            try:
                caller, _ = self._server.accept()
            except OSError:
                return
            with closing(caller):
                self.hits.append(caller.recv(100))


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Canary]:
    file = tmp_path_factory.mktemp("canary") / "secret.txt"
    file.write_text(SECRET)
    server = socket.create_server(("127.0.0.1", 0))
    made = Canary(server, file)
    ear = Thread(target=made.listen, daemon=True)
    ear.start()
    yield made
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    ear.join(5)


# {http}, {file} and {data} are filled with the canaries. Sixty payloads with the logos below.
TEXTS = [
    "<script>document.location='{http}'</script>",
    "<script src='{http}'></script>",
    "<img src='{http}'>",
    "<img src='{file}'>",
    "<img src=x onerror=alert(1)>",
    "<image href='{file}'/>",
    "<svg onload=alert(1)><image href='{http}'/></svg>",
    "<svg><use href='{file}#x'/></svg>",
    "<object data='{file}'></object>",
    "<embed src='{http}'>",
    "<iframe src='{http}'></iframe>",
    "<link rel=stylesheet href='{http}'>",
    "<link rel=attachment href='{file}'>",
    "<a rel=attachment href='{file}'>x</a>",
    "<a href='{http}'>x</a>",
    "<meta http-equiv=refresh content='0;url={http}'>",
    "<base href='{http}'>",
    "<style>@import url({http});</style>",
    "<style>body{{background:url({file})}}</style>",
    "<style>@font-face{{font-family:x;src:url({http})}}*{{font-family:x}}</style>",
    "</style><img src='{http}'>",
    "</title><img src='{http}'>",
    "</td></tr></table><img src='{file}'>",
    "\"><img src='{http}'>",
    "'><img src='{http}'>",
    '" style="background:url({http})" x="',
    "' onclick='x' y='",
    "url({http})",
    'url("{file}")',
    "expression(alert(1))",
    "@import '{http}';",
    "}} * {{ background: url({http}) }}",
    "content: url({file})",
    "attr(data-x url)",
    "<![CDATA[<img src='{http}'>]]>",
    "<!--<img src='{http}'>-->",
    "--><img src='{http}'>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM '{file}'>]>&e;",
    "<!ENTITY % p SYSTEM '{http}'> %p;",
    "&e; &amp; &#60;img src='{http}'&#62;",
    "<?xml-stylesheet href='{http}'?>",
    "<xi:include href='{file}' xmlns:xi='http://www.w3.org/2001/XInclude'/>",
    "{{{{ settings.SECRET_KEY }}}} {{% include '{file}' %}} {{% debug %}}",
    "{{% load static %}}{{% ssi {file} %}}",
    "${{7*7}} #{{7*7}} <%= 7*7 %>",
    "asset:{digest}",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "{data}",
    "\u202e<img src='{http}'>",
    "＜img src='{http}'＞",
]


def filled(text: str, canary: Canary) -> str:
    data = "data:text/html;base64," + base64.b64encode(b"<img src=x>").decode()
    return text.format(http=canary.http, file=canary.file.as_uri(), data=data, digest="0" * 64)


def hostile(text: str) -> tuple[Snapshot, Snapshot]:
    """`text` in every field a person, a customer or an importing program can fill."""
    place = address(text, text, text, "DE", text, text)
    ids = [{"scheme": text, "value": text}]
    bank = {
        "holder": text,
        "iban": text,
        "bic": text,
        "bank_name": text,
        "account_number": text,
        "routing_number": text,
    }
    made = facts(
        number=text, payment_reference=text, buyer_reference=text, purchase_order=text, contract=text, delivery_note=text,
        project=text, introduction=text, notes=text, terms=text,
        lines=[line(1, sku=text, description=text, unit=text)],
        allowances=[{"is_charge": False, "description": text, "percent": None, "amount": "1.00"}],
        tax_totals=[tax_total("S", "19", "1.00", "0.19", name=text, reason=text)],
        fx={"base_currency": "USD", "rate": "2", "rate_date": "2026-11-19", "source": text, "net": "1.00", "tax": "1.00",
            "total": "2.00"},
    )  # fmt: skip
    seller = {
        "name": text, "legal_name": text, "address": place, "tax_ids": ids, "email": text, "phone": text,
        "website": text, "register": text, "managers": text, "bank": bank,
    }  # fmt: skip
    buyer = {
        "number": text, "name": text, "attention": text, "address": place, "delivery_address": place, "tax_ids": ids,
        "email": text,
    }  # fmt: skip
    return made, parties(seller, buyer)


def assert_clean(document: bytes, canary: Canary) -> None:
    assert canary.hits == []
    with pikepdf.open(io.BytesIO(document)) as opened:
        assert list(opened.attachments) == []
        streams = [each.read_bytes() for each in opened.objects if isinstance(each, pikepdf.Stream)]
        holders = [each for each in opened.objects if isinstance(each, pikepdf.Dictionary | pikepdf.Stream)]
    assert not any(SECRET.encode() in stream for stream in streams)
    assert SECRET not in text_of(document)
    assert len(holders) > 20


@pytest.mark.parametrize("text", TEXTS)
def test_a_hostile_text_in_every_field_stays_text(text: str, canary: Canary) -> None:
    text = filled(text, canary)
    snapshot = hostile(text)
    harmless = ElementTree.fromstring(to_html(document_view(*hostile("x" * len(text)))))
    markup = ElementTree.fromstring(to_html(document_view(*snapshot)))
    assert [each.tag for each in markup.iter()] == [each.tag for each in harmless.iter()]
    assert [sorted(each.attrib) for each in markup.iter()] == [sorted(each.attrib) for each in harmless.iter()]


SOME = [pytest.param(text, marks=[] if n % 10 == 2 else pytest.mark.nightly) for n, text in enumerate(TEXTS)]


@pytest.mark.parametrize("text", SOME)
def test_a_hostile_text_in_every_field_reaches_nothing(text: str, canary: Canary) -> None:
    assert_clean(render(document_view(*hostile(filled(text, canary))), assets={}, created=CREATED), canary)


def test_all_hostile_texts_together_reach_nothing(canary: Canary) -> None:
    made, sides = hostile("plain")
    made["lines"] = [line(n, description=filled(text, canary), sku=text) for n, text in enumerate(TEXTS, start=1)]
    assert_clean(render(document_view(made, sides), assets={}, created=CREATED), canary)


def test_the_payload_is_really_printed(canary: Canary) -> None:
    printed = text_of(render(document_view(*hostile("<b>{{ 7 }}</b>")), assets={}, created=CREATED))
    assert "<b>{{ 7 }}</b>" in printed


SVG = (
    "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' width='90' height='30'>{}</svg>"
)
LOGOS = [
    SVG.format("<image href='{http}' width='9' height='9'/>"),
    SVG.format("<image xlink:href='{file}' width='9' height='9'/>"),
    SVG.format("<image href='{data}' width='9' height='9'/>"),
    SVG.format("<use href='{http}#x'/>"),
    SVG.format("<use xlink:href='{file}#x'/>"),
    SVG.format("<style>@import url({http}); rect{{fill:url({file}#x)}}</style><rect width='9' height='9'/>"),
    SVG.format("<style>@font-face{{font-family:x;src:url({http})}}</style><text font-family='x' y='9'>t</text>"),
    SVG.format("<rect width='9' height='9' fill='url({http}#x)' mask='url({file}#m)' clip-path='url({http}#c)'/>"),
    SVG.format("<rect width='9' height='9' style='fill:url({http}#x)' filter='url({file}#f)'/>"),
    SVG.format("<marker id='m'><image href='{file}'/></marker><path d='M0 0L9 9' marker-end='url(#m)'/>"),
    SVG.format("<script href='{http}'>1</script><a href='{http}'><text y='9'>t</text></a>"),
    "<!DOCTYPE svg [<!ENTITY e SYSTEM '{file}'>]>" + SVG.format("<text y='9'>&e;</text>"),
    "<!DOCTYPE svg SYSTEM '{http}'>" + SVG.format("<text y='9'>t</text>"),
    "<!DOCTYPE svg [<!ENTITY % p SYSTEM '{http}'> %p;]>" + SVG.format("<text y='9'>t</text>"),
    SVG.format("<foreignObject><iframe xmlns='http://www.w3.org/1999/xhtml' src='{http}'/></foreignObject>"),
]


@pytest.mark.parametrize("logo", LOGOS)
def test_a_hostile_logo_fetches_nothing(logo: str, canary: Canary) -> None:
    """It prints without what it asked for, or is refused as unusable; either way nobody was asked."""
    content = filled(logo, canary).encode()
    digest = sha256(content).hexdigest()
    view = document_view(facts(1, logo=digest), parties())
    document, reason = b"", ""
    try:
        document = render(view, assets={digest: content}, created=CREATED)
    except Refused as refused:
        reason = refused.reason
    assert canary.hits == []
    assert reason in {"", "logo_unusable"}
    if document:
        assert_clean(document, canary)


def test_the_canaries_do_sing(canary: Canary) -> None:
    """The proof of the tests above: an ordinary fetcher hits both."""
    from weasyprint import HTML

    markup = f"<img src='{canary.http}'><link rel=attachment href='{canary.file.as_uri()}'>"
    document: Any = HTML(string=markup).write_pdf()
    with pikepdf.open(io.BytesIO(document)) as opened:
        assert opened.attachments["secret.txt"].get_file().read_bytes() == SECRET.encode()
    assert re.match(rb"GET /canary", canary.hits.pop())
