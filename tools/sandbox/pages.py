"""What a customer sees: the hosted page, the bank's challenge, and how it ended. No script, no foreign address, two languages."""

import html
import urllib.parse
from decimal import Decimal

from .store import Body

NO_DECIMALS = frozenset(
    ("bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf")
)
THREE_DECIMALS = {"bhd", "jod", "kwd", "omr", "tnd"}
EN = {
    "test": "Sandbox: no money moves.", "pay": "Pay by card", "challenge": "Pay by card with 3-D Secure", "debit": "Pay by bank debit",
    "decline": "Card is declined", "cancel": "Cancel and go back", "for": "For", "title": "Payment",
    "choose": "Choose how this payment shall go.", "later": "A bank debit is on its way for some days: its end is chosen on the control page.",
    "declined": "The card was declined. Nothing was paid; another try is possible.", "bank": "Your bank asks", "to": "to",
    "ask": "Is it you who is paying?", "confirm": "Yes, confirm", "refuse": "No, refuse", "expired": "This payment page has expired.",
    "refused": "The bank could not confirm that it was you. Nothing was paid; another try is possible.",
    "complete": "This payment is complete.", "back": "Back to the shop", "unknown": "There is no such page.", "control": "Control page",
}  # fmt: skip
DE = {
    "test": "Sandbox: Es fließt kein Geld.", "pay": "Mit Karte zahlen", "challenge": "Mit Karte und 3-D Secure zahlen",
    "debit": "Per Lastschrift zahlen", "decline": "Karte wird abgelehnt", "cancel": "Abbrechen und zurück",
    "for": "Für", "title": "Zahlung", "choose": "Wählen Sie, wie diese Zahlung ausgehen soll.",
    "later": "Eine Lastschrift ist einige Tage unterwegs: Ihr Ausgang wird auf der Bedienseite der Sandbox gewählt.",
    "declined": "Die Karte wurde abgelehnt. Es wurde nichts bezahlt; ein neuer Versuch ist möglich.", "bank": "Ihre Bank fragt",
    "to": "an", "ask": "Zahlen Sie selbst?", "confirm": "Ja, bestätigen", "refuse": "Nein, ablehnen",
    "expired": "Diese Zahlungsseite ist abgelaufen.",
    "refused": "Die Bank konnte nicht bestätigen, dass Sie es sind. Es wurde nichts bezahlt; ein neuer Versuch ist möglich.",
    "complete": "Diese Zahlung ist abgeschlossen.", "back": "Zurück", "unknown": "Diese Seite gibt es nicht.", "control": "Bedienseite",
}  # fmt: skip
STYLE = """
:root { color-scheme: light dark; --ground: #f4f5f7; --card: #fff; --ink: #1c2430; --soft: #566072; --line: #d6dae1; --accent: #2450b2;
  --on: #fff; --note: #fff4d6; --note-ink: #5a4300; --bad: #a3261f; }
@media (prefers-color-scheme: dark) { :root { --ground: #14181f; --card: #1d232d; --ink: #e9edf3; --soft: #a7b1c2; --line: #3a4352;
  --accent: #9db9ff; --on: #10203f; --note: #3d3214; --note-ink: #ffe6a3; --bad: #ff9d95; } }
* { box-sizing: border-box; }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; background: var(--ground); color: var(--ink); }
main { max-width: 30rem; margin: 0 auto; padding: 1rem; }
main.wide { max-width: 70rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem; margin: 1rem 0; }
h1 { font-size: 1.1rem; margin: 0; } h2 { font-size: 1.1rem; margin: 0 0 .75rem; }
.amount { font-size: 2rem; font-weight: 600; margin: .25rem 0 .75rem; overflow-wrap: anywhere; }
.note { background: var(--note); color: var(--note-ink); border-radius: .5rem; padding: .5rem .75rem; margin: 0; }
.bad { color: var(--bad); font-weight: 600; } .soft, dt { color: var(--soft); } dl { margin: 0; } dd { margin: 0 0 .5rem; overflow-wrap: anywhere; }
form { margin: 0; } .stack { display: grid; gap: .75rem; } .stack > * { margin: 0; }
button, .button { display: block; width: 100%; min-height: 2.75rem; padding: .5rem .9rem; border: 1px solid var(--line); border-radius: .5rem;
  background: var(--card); color: var(--ink); font: inherit; text-align: center; text-decoration: none; cursor: pointer; }
button.first { background: var(--accent); color: var(--on); border-color: var(--accent); font-weight: 600; }
button:focus-visible, a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
a { color: var(--accent); } .row { display: flex; flex-wrap: wrap; gap: .4rem; } .row button { width: auto; min-height: 2.25rem; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem; border-top: 1px solid var(--line); } th { color: var(--soft); font-weight: 500; }
code { font-size: .8rem; overflow-wrap: anywhere; }
@media (max-width: 44rem) { thead { display: none; } tr, td { display: block; } td { border: 0; padding: .15rem 0; }
  tr { border-top: 1px solid var(--line); padding: .5rem 0; } }
"""


def words(language: str | None) -> dict[str, str]:
    return DE if (language or "").startswith("de") else EN


def money(amount: int, currency: str, language: str | None = None) -> str:
    places = 0 if currency in NO_DECIMALS else 3 if currency in THREE_DECIMALS else 2
    text = f"{Decimal(amount).scaleb(-places):,.{places}f}"
    if (language or "").startswith("de"):
        text = text.translate(str.maketrans(",.", ".,"))
    return f"{text} {currency.upper()}"


def origin(url: str) -> str:
    parts = urllib.parse.urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def policy(*ways: str | None) -> str:
    """The page's Content-Security-Policy: a form may lead to ourselves and, by our redirect, back to the shop."""
    safe = sorted({origin(url) for url in ways if url and not set(origin(url)) & set(" ;,'\"")})
    targets = " ".join(["'self'", *safe])
    return f"default-src 'none'; style-src 'self'; form-action {targets}; frame-ancestors 'none'; base-uri 'none'"


def frame(title: str, inside: str, language: str = "en", wide: bool = False) -> str:
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f'<link rel="stylesheet" href="/style.css"></head><body><main{" class=wide" if wide else ""}>{inside}</main></body></html>\n'
    )


def _language(page: Body) -> str:
    return "de" if (page["locale"] or "").startswith("de") else "en"


def _head(page: Body, given: Body, said: dict[str, str]) -> str:
    items = given.get("line_items", [])
    lines = "".join(
        f"<dd>{html.escape(item['price_data']['product_data']['name'])}"
        + (
            f'<br><span class="soft">{html.escape(about)}</span>'
            if (about := item["price_data"]["product_data"].get("description"))
            else ""
        )
        + "</dd>"
        for item in items
    )
    return (
        f'<p class="note">{said["test"]}</p><h1>{said["title"]}</h1>'
        f'<p class="amount">{money(page["amount_total"], page["currency"], page["locale"])}</p>'
        f"<dl><dt>{said['for']}</dt>{lines}</dl>"
    )


def _button(do: str, label: str, first: bool = False) -> str:
    return f'<button name="do" value="{do}"{" class=first" if first else ""}>{html.escape(label)}</button>'


def hosted(page: Body, given: Body, failure: str | None = None) -> str:
    """The page of an open session; `failure` says how the last try ended."""
    language, said = _language(page), words(page["locale"])
    why = {"card_declined": "declined", "payment_intent_authentication_failure": "refused"}.get(failure or "")
    bad = f'<p class="bad" role="alert">{said[why]}</p>' if why else ""
    card, delayed = "card" in page["payment_method_types"], any(name != "card" for name in page["payment_method_types"])
    buttons = _button("pay", said["pay"], True) + _button("challenge", said["challenge"]) if card else ""
    buttons += _button("debit", said["debit"], not card) if delayed else ""
    buttons += _button("decline", said["decline"]) if card else ""
    later = f'<p class="soft">{said["later"]}</p>' if delayed else ""
    cancel = (
        f'<a class="button" href="{html.escape(page["cancel_url"])}">{said["cancel"]}</a>' if page["cancel_url"] else ""
    )
    inside = (
        f'<div class="card stack">{_head(page, given, said)}</div>'
        f'<div class="card stack">{bad}<p>{said["choose"]}</p><form method="post" class="stack">{buttons}</form>{later}{cancel}</div>'
    )
    return frame(f"{said['title']} · Sandbox", inside, language)


def challenge(page: Body) -> str:
    """The card's bank asks its owner."""
    language, said = _language(page), words(page["locale"])
    amount = money(page["amount_total"], page["currency"], page["locale"])
    inside = (
        f'<div class="card stack"><p class="note">{said["test"]}</p><h1>{said["bank"]}</h1><p class="amount">{amount}</p>'
        f'<p>{said["ask"]}</p><form method="post" class="stack">{_button("confirm", said["confirm"], True)}'
        f"{_button('refuse', said['refuse'])}</form></div>"
    )
    return frame(f"{said['bank']} · Sandbox", inside, language)


def ended(page: Body | None) -> str:
    """The page of a session that is complete or expired, or of none."""
    said = words(page["locale"] if page else None)
    state = page["status"] if page and page["status"] in ("complete", "expired") else "unknown"
    back = page and (returning(page) if state == "complete" else page["cancel_url"])
    link = f'<a class="button" href="{html.escape(back)}">{said["back"]}</a>' if back else ""
    inside = f'<div class="card stack"><p class="note">{said["test"]}</p><h1>{said[state]}</h1>{link}</div>'
    return frame(f"{said['title']} · Sandbox", inside, _language(page) if page else "en")


def returning(page: Body) -> str:
    """Where the customer goes after paying."""
    return str(page["success_url"]).replace("{CHECKOUT_SESSION_ID}", page["id"])
