"""`manage.py checkpoint`: sign the heads of all chains and print every newest checkpoint as JSON lines, to be kept outside."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from invoicing_site import clock
from invoicing_site.actions.chains import take_checkpoints
from invoicing_site.models import Checkpoint


class Command(BaseCommand):
    help = "Sign the heads of all chains; redirect the output to a place this database's owner cannot reach."

    def handle(self, *args: Any, **options: Any) -> None:
        take_checkpoints(actor=None, at=clock.now())
        for row in Checkpoint.objects.order_by("chain", "-pk").distinct("chain"):
            content = {
                "chain": row.chain,
                "seq": row.seq,
                "hash": bytes(row.hash).hex(),
                "signature": bytes(row.signature).hex(),
            }
            self.stdout.write(json.dumps(content))
