"""`manage.py create_owner`: the first company and an invitation for its owner; nothing secret on the command line."""

from argparse import ArgumentParser
from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from invoicing_site import clock
from invoicing_site.actions.companies import create_company
from invoicing_site.actions.invitations import invite
from invoicing_site.errors import BusinessError
from invoicing_site.mails import invitation_url
from invoicing_site.messages import sentence
from invoicing_site.models import Company, Membership
from invoicing_site.money import CURRENCIES
from invoicing_site.rules.slugs import is_free
from invoicing_site.states import Role

TEXTS = {
    "slug": "address in the URL, such as acme",
    "name": "short name",
    "legal-name": "legal name",
    "line1": "street and number",
    "postcode": "postcode",
    "city": "city",
    "country": "ISO 3166 country code, such as DE",
    "currency": "ISO 4217 currency code of the books",
}


class Command(BaseCommand):
    help = "Found a company (unless the slug exists and nobody owns it yet) and print a link that makes its owner."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="e-mail address of the owner")
        for name, text in TEXTS.items():
            parser.add_argument(f"--{name}", required=name == "slug", default="", help=text)
        parser.add_argument("--time-zone", default="UTC", help="IANA zone of the business dates (default UTC)")
        parser.add_argument("--language", default="en", help="language of documents and mail (default en)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                link = self.found(**options)
        except BusinessError as error:
            raise CommandError(sentence(error)) from None
        self.stdout.write(link)

    def found(self, *, email: str, slug: str, **options: Any) -> str:
        at = clock.now()
        company = Company.objects.filter(slug=slug).first()
        if company is None:
            fields = {name.replace("-", "_"): options[name.replace("-", "_")] for name in TEXTS if name != "slug"}
            missing = [f"--{name.replace('_', '-')}" for name in fields if not fields[name] and name != "postcode"]
            if missing:
                raise CommandError(f"A new company needs {', '.join(missing)}.")
            fields |= {"slug": slug, "time_zone": options["time_zone"], "language": options["language"]}
            check(fields)
            company = create_company(actor=None, at=at, reason="create_owner", **fields)
        elif company_has_owner(company):
            raise CommandError(f"{company.name} already has an owner, who can invite others on the team page.")
        invitation = invite(company=company, email=email, role=Role.OWNER, actor=None, at=at, reason="create_owner")
        return invitation_url(invitation)


def check(fields: dict[str, str]) -> None:
    """Raise for what the database would take but the product could not work with."""
    if not is_free(fields["slug"]):
        raise BusinessError("company.slug", "slug")
    if fields["currency"] not in CURRENCIES:
        raise BusinessError("currency.unknown", "currency", currency=fields["currency"])
    if fields["country"] not in Locale("en").territories or len(fields["country"]) != 2:
        raise CommandError(f"{fields['country']} is no ISO 3166 country code.")
    if fields["time_zone"] not in available_timezones():
        raise CommandError(f"{fields['time_zone']} is no IANA time zone.")
    if fields["language"] not in dict(settings.LANGUAGES):
        raise CommandError(f"{fields['language']} is none of {', '.join(dict(settings.LANGUAGES))}.")
    try:
        Company(**fields).full_clean()
    except ValidationError as error:
        raise CommandError(
            "; ".join(f"--{name}: {' '.join(texts)}" for name, texts in error.message_dict.items())
        ) from None


def company_has_owner(company: Company) -> bool:
    found: bool = Membership.objects.for_company(company).current().filter(role=Role.OWNER).exists()
    return found
