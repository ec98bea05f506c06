"""Handing mails to the workers: ids only, after commit; a dead broker costs the sweeper's ten seconds."""

import logging
from typing import Any

from django.db import transaction

from invoicing_site.events import FRESH, PER_MESSAGE, SWEPT

log = logging.getLogger(__name__)
STALE = 60  # seconds after which a swept message is worth nothing: the next sweeps have sent its like


def hand_over(mails: list[int]) -> None:
    """Give mails (primary keys) to the workers once the transaction is durable."""
    transaction.on_commit(lambda: enqueue(mails), robust=True)


def enqueue(mails: list[int], *, priority: int = FRESH) -> None:
    """Give mails (primary keys) to the workers now."""
    from invoicing_site.tasks import send_mail

    swept: Any = {"expires": STALE} if priority == SWEPT else {}
    for start in range(0, len(mails), PER_MESSAGE):
        part = mails[start : start + PER_MESSAGE]
        try:
            send_mail.apply_async((part,), queue="delivery", retry=False, priority=priority, **swept)
        except Exception:
            log.warning("broker unreachable, mails %s wait for the sweeper", part)
            return
