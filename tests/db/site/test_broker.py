from django.conf import settings

from invoicing_site.celery import app


def test_broker_and_cache_are_this_workers_own() -> None:
    assert app.conf.broker_url == settings.REDIS_URL
    assert settings.REDIS_URL[-1] not in "123"
