"""Payment terms as one text (BT-20): what is written on the document, instalments, early-payment discount."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from billing.documents.einvoice.codes import Profile


def payment_terms(facts: Mapping[str, Any], profile: Profile) -> str:
    """Text, one line each. For XRechnung the discount is in its own form (BR-DE-18) as well, read by machines there."""
    lines = [facts["terms"]] if facts["terms"] else []
    if len(facts["due"]) > 1:
        lines += [f"{item['due_on']}: {item['amount']} {facts['currency']}" for item in facts["due"]]
    early = facts.get("early")
    if early and not profile.german:
        lines.append(f"-{early['percent']} % ≤ {early['until']}: {early['amount']} {facts['currency']}")
    text = "\n".join(lines)
    if early and profile.german:
        days = (dt.date.fromisoformat(early["until"]) - dt.date.fromisoformat(facts["issue_date"])).days
        skonto = f"#SKONTO#TAGE={days}#PROZENT={_two_decimals(early['percent'])}#\n"
        text = f"{text}\n{skonto}" if text else skonto
    return text


def _two_decimals(percent: str) -> str:
    whole, _, part = percent.partition(".")
    return f"{whole}.{part:0<2}"
