"""Part of the preflight for clients who get e-invoices: whether the document can be one, and what the official rules say of it."""

import datetime as dt
import hashlib
import logging
import re
from typing import Any

from django.core.cache import cache

from billing.documents.draft import draft_parts
from billing.documents.einvoice import PROFILES, written
from billing.documents.einvoice.checker import CHECKER, Unavailable
from billing.documents.einvoice.rulebooks import route_of, schema_errors
from billing.documents.source import Source, Sources
from billing.rules.einvoice import CARRIED, field_of, refusals
from billing.rules.xrechnung import problems as german_problems
from invoicing_site.errors import BusinessError

log = logging.getLogger(__name__)
# A draft is looked at on its page and again when it is issued; the rules need not be asked twice about the same bytes.
REMEMBERED = 3600
PREFIX = re.compile(r"\[[\w-]+\]\s*-?\s*")


def problems(source: Source, sources: Sources, today: dt.date) -> list[BusinessError]:
    """What the client's e-invoice would be refused for, each at its field; nothing for clients without an e-invoice.

    einvoice.* as `refusals` and the German rules name them, einvoice.rule with the official rule's id and words, einvoice.schema, and
    einvoice.unchecked where the rules cannot be asked: documents on other routes never wait for them.
    """
    route = source.client["einvoice"]
    if route not in PROFILES or source.document["kind"] not in CARRIED or not source.lines:
        return []
    try:
        facts, parties = draft_parts(source, sources, today)
    except BusinessError:  # a document that cannot be counted has other problems first
        return []
    found = refusals(facts)
    if found:
        return found
    if PROFILES[route].german:
        found = german_problems(facts, parties)
    return [*found, *_official(facts, parties, route)]


def _official(facts: dict[str, Any], parties: dict[str, Any], route: str) -> list[BusinessError]:
    profile = PROFILES[route]
    syntax = route_of(profile)
    xml = written(syntax, facts, parties, profile)
    errors = schema_errors(xml, syntax)
    if errors:
        return [BusinessError("einvoice.schema", text=errors[0])]
    try:
        broken = _asked(xml, syntax, route)
    except Unavailable as error:
        log.error("e-invoice rules unavailable: %s", error)
        return [BusinessError("einvoice.unchecked")]
    return [BusinessError("einvoice.rule", field_of(rule), rule=rule, text=_words(text)) for rule, text in broken]


def _asked(xml: bytes, syntax: str, route: str) -> list[tuple[str, str]]:
    """Broken fatal rules and their words, each once."""
    key = f"einvoice:{syntax}:{route}:{hashlib.sha256(xml).hexdigest()}"
    known: list[tuple[str, str]] | None = _remembered(key)
    if known is None:
        answer = CHECKER.ask(xml, syntax, route)
        if not answer.fired:
            raise Unavailable("no rule fired")
        known = list({finding.rule: (finding.rule, finding.text) for finding in answer.fatal}.values())
        _remember(key, known)
    return known


def _remembered(key: str) -> Any:
    try:
        return cache.get(key)
    except Exception:
        return None


def _remember(key: str, value: Any) -> None:
    try:
        cache.set(key, value, REMEMBERED)
    except Exception:
        log.warning("cache unreachable, an e-invoice's check is not remembered")


def _words(text: str) -> str:
    """The official words without the id they repeat, as a sentence."""
    plain = PREFIX.sub("", text, count=1).strip()
    return plain if plain.endswith((".", "!", ")")) else f"{plain}."
