"""`manage.py reset_mfa`: forget the second factors of somebody who lost the device and has nobody to ask (SPEC A4)."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from invoicing_site import clock
from invoicing_site.actions.access import find_user, reset_mfa
from invoicing_site.errors import BusinessError
from invoicing_site.messages import sentence


class Command(BaseCommand):
    help = "Forget a person's second factors and end all sessions. Recorded in the event chain as done on the host."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument(
            "--reason", required=True, help="kept in the history, such as: phone lost, identity checked"
        )

    def handle(self, *args: Any, email: str, reason: str, **options: Any) -> None:
        try:
            user = reset_mfa(user_id=find_user(email).pk, actor=None, at=clock.now(), reason=reason)
        except BusinessError as error:
            raise CommandError(sentence(error)) from None
        self.stdout.write(f"Second factors of {user.email} are forgotten; the next sign-in sets up a new one.")
