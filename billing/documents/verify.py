"""The line on each document that says where anybody finds out whether it is genuine (SPEC B16)."""

import uuid
from collections.abc import Mapping
from typing import Any

from billing.documents.wording import Wording
from billing.rules.verify import bank_digest
from billing.states import DEMANDS
from invoicing_site import codes

PURPOSE = "verify"


def verify_fact(document: uuid.UUID) -> dict[str, str]:
    """Code and address as the snapshot keeps them: what is printed stays what it was, wherever the site moves."""
    code = codes.make(PURPOSE, document)
    return {"code": code, "url": codes.verify_url(code)}


def verify_lines(facts: Mapping[str, Any], parties: Mapping[str, Any], wording: Wording) -> tuple[str, ...]:
    """Where to look and, on what asks for money, which account that page will name. None on drafts and older documents."""
    fact = facts.get("verify")
    if not fact:
        return ()
    place = wording.texts["verify"].format(url=fact["url"])
    digest = bank_digest(parties["seller"]["bank"]) if facts["kind"] in DEMANDS else None
    if digest is None:
        return (place,)
    return place, wording.texts["verify_account"].format(last=digest.last, fingerprint=digest.fingerprint)
