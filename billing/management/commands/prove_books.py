"""`manage.py prove_books [--as-of DATE] [--company SLUG]`: exit 0 when everything adds up, 1 with every difference named."""

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from billing.actions.prove import prove_company
from billing.reports.links import link_to
from invoicing_site import clock
from invoicing_site.models import Company


class Command(BaseCommand):
    help = "Prove that lines, totals, taxes, settlements, ledger, numbers, chains and stored files agree."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", type=dt.date.fromisoformat, metavar="DATE", help="YYYY-MM-DD; default today")
        parser.add_argument("--company", metavar="SLUG", help="only this company")

    def handle(self, *args: Any, as_of: dt.date | None = None, company: str | None = None, **options: Any) -> None:
        companies = Company.objects.order_by("slug")
        found = 0
        for each in companies.filter(slug=company) if company else companies:
            proof = prove_company(company=each, actor=None, at=clock.now(), as_of=as_of)
            for row in proof.differences:
                url = settings.BASE_URL + link_to(each, row["subject_kind"], row["subject"])
                self.stdout.write(f"{each.slug}: {row['check']}: {row['text']} {url}")
            found += len(proof.differences)
            self.stdout.write(
                f"{each.slug}: {proof.checks} checks over {proof.rows} documents as of {proof.as_of}: {len(proof.differences)} differences"
            )
        if found:
            raise SystemExit(1)
