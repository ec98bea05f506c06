"""The Celery application: four queues, ids as arguments, late acknowledgement (docs/adr/0003)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "invoicing_site.settings")

app = Celery("invoicing")
app.config_from_object("invoicing_site.queues")
app.autodiscover_tasks(["invoicing_site", "billing", "payments"])
