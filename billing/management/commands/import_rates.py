"""`manage.py import_rates FILE [--company SLUG] [--since DATE] [--overwrite] [--accept REASON]`: the ECB's reference rates from a file.

Exit 0 when every company took it, 1 when one refused it.
"""

import datetime as dt
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.actions.rate_files import store_rates, take_rates
from billing.models.rate import RateOrigin
from billing.rules import ecb
from invoicing_site import clock
from invoicing_site.errors import BusinessError
from invoicing_site.messages import sentence
from invoicing_site.models import Company


class Command(BaseCommand):
    help = "Store the exchange rates of an ECB file (XML, CSV or zip) for every company, or for one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--company", metavar="SLUG", help="only this company")
        parser.add_argument("--since", type=dt.date.fromisoformat, metavar="DATE", help="leave earlier days out")
        parser.add_argument("--overwrite", action="store_true", help="the file wins over rates entered by hand")
        parser.add_argument("--accept", metavar="REASON", default="", help="store rates out of band too, and say why")

    def handle(self, *args: Any, file: Path, company: str | None = None, **options: Any) -> None:
        try:
            with file.open("rb") as opened:
                content = opened.read(ecb.LARGEST + 1)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from None
        companies = Company.objects.order_by("slug")
        wanted = list(companies.filter(slug=company) if company else companies)
        if not wanted:
            raise CommandError("There is no such company.")
        refused = [each.slug for each in wanted if not self.store(each, content, file.name, options)]
        if refused:
            raise SystemExit(1)

    def store(self, company: Company, content: bytes, name: str, options: dict[str, Any]) -> bool:
        at = clock.now()
        try:
            taken = take_rates(
                company_id=company.pk, content=content, name=name, origin=RateOrigin.COMMAND, since=options["since"],
                actor=None, at=at,
            )  # fmt: skip
            found = store_rates(
                company_id=company.pk, file_uuid=taken.uuid, overwrite=options["overwrite"],
                accept=bool(options["accept"]), actor=None, at=at, reason=options["accept"],
            )  # fmt: skip
        except BusinessError as error:
            self.stdout.write(f"{company.slug}: {sentence(error)}")
            return False
        self.stdout.write(
            f"{company.slug}: {found.new} new, {found.same} the same, {found.kept} kept as entered, {found.doubtful} doubtful"
        )
        return True
