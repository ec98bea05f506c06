"""Fetching the published exchange rates: the network first, then a verb for each company."""

import datetime as dt
import logging
from urllib.parse import urlsplit

from django.conf import settings

from billing.actions.rate_files import note_trouble, receive_rates
from billing.rules import ecb
from invoicing_site.asking import page
from invoicing_site.models import Company
from invoicing_site.outside import Unanswered

log = logging.getLogger(__name__)
SECONDS = 20.0


def fetch_rates(*, at: dt.datetime) -> None:
    """Read the file at ``RATES_URL`` and hand it to every company; without an address nothing is asked.

    A source that is silent, slow or lies is noted on each company's rates page; the last good rates stay in use (FAULTS 42).
    """
    url = settings.RATES_URL
    if not url:
        return
    name = urlsplit(url).hostname or url
    companies = list(Company.objects.order_by("pk").values_list("pk", flat=True))
    try:
        content = page(url, largest=ecb.LARGEST, seconds=SECONDS)
    except Unanswered as error:
        log.warning("exchange rates: %s did not answer: %s", name, error)
        for pk in companies:
            note_trouble(company_id=pk, name=name, problem="rates.source_silent", actor=None, at=at)
        return
    for pk in companies:
        receive_rates(company_id=pk, content=content, name=name, actor=None, at=at)
