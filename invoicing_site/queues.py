"""Celery's configuration: separate queues, so that a bulk run never delays a single issue (SPEC D1)."""

from celery.schedules import crontab
from django.conf import settings
from kombu import Queue

MONEY, DELIVERY, RENDER, BULK = "money", "delivery", "render", "bulk"
QUEUES = (MONEY, DELIVERY, RENDER, BULK)

broker_url = settings.REDIS_URL
broker_connection_retry_on_startup = True
broker_transport_options = {"visibility_timeout": 900}
task_queues = [Queue(name) for name in QUEUES]
task_default_queue = DELIVERY
task_routes = {
    "billing.tasks.preview": RENDER,
    "billing.tasks.preview_layout": RENDER,
    "billing.tasks.try_layout": RENDER,
    "payments.tasks.receipt": RENDER,
    "payments.tasks.sweep": MONEY,
    "payments.tasks.poll": MONEY,
    "billing.tasks.prove": BULK,
    "billing.tasks.nightly": BULK,
    "billing.tasks.fetch_rates": BULK,
    "invoicing_site.tasks.checkpoint": BULK,
}
task_ignore_result = True
task_acks_late = True
task_reject_on_worker_lost = True
task_store_errors_even_if_ignored = False
task_publish_retry_policy = {"max_retries": 1, "interval_start": 0.1}
worker_prefetch_multiplier = 1
worker_hijack_root_logger = False
worker_max_tasks_per_child = 1000
CELERY_DB_REUSE_MAX = 500
timezone = "UTC"
beat_schedule = {
    "sweep": {"task": "invoicing_site.tasks.sweep", "schedule": 10.0},
    "canaries": {"task": "invoicing_site.tasks.canaries", "schedule": 30.0},
    "mails": {"task": "invoicing_site.tasks.sweep_mails", "schedule": 10.0},
    "transmissions": {"task": "billing.tasks.sweep_transmissions", "schedule": 30.0},
    "payments": {"task": "payments.tasks.sweep", "schedule": 10.0},
    "poll-providers": {"task": "payments.tasks.poll", "schedule": 300.0},
    "prove-books": {"task": "billing.tasks.nightly", "schedule": crontab(hour=2, minute=30)},
    "checkpoint": {"task": "invoicing_site.tasks.checkpoint", "schedule": crontab(hour=3, minute=30)},
    "rates": {"task": "billing.tasks.fetch_rates", "schedule": crontab(hour="*/4", minute=25)},
}
