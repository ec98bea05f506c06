"""The Celery application: four queues, ids as arguments, late acknowledgement (docs/adr/0003)."""

import os

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "invoicing_site.settings")

app = Celery("invoicing")
app.config_from_object("invoicing_site.queues")
app.autodiscover_tasks(["invoicing_site", "billing", "payments"])


@worker_init.connect
def refuse_unready(**kwargs: object) -> None:
    from invoicing_site import startup

    startup.demand()
