"""Signing where the chains stand."""

import datetime as dt

from invoicing_site import crypto
from invoicing_site.action import action
from invoicing_site.models import Checkpoint
from invoicing_site.verify import all_chains, checkpoint_message


@action
def take_checkpoints(*, actor: None, at: dt.datetime) -> list[Checkpoint]:
    """Sign the head of every chain that grew since its last checkpoint; keep the output outside too (`manage.py checkpoint`).

    Locks nothing; publishes nothing: a checkpoint speaks about events.
    """
    known = {row.chain: row.seq for row in Checkpoint.objects.order_by("pk")}
    rows = []
    for chain in all_chains():
        if chain.length == known.get(chain.name, 0):
            continue
        signature = crypto.signer().sign(checkpoint_message(chain.name, chain.length, chain.head))
        rows.append(Checkpoint(chain=chain.name, seq=chain.length, hash=chain.head, signature=signature, taken_at=at))
    return Checkpoint.objects.bulk_create(rows)
