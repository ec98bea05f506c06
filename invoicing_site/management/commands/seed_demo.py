"""`manage.py seed_demo`: two companies with eighteen months of business, once (INVOICING_MODE=demo or test)."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string

from invoicing_site import clock
from invoicing_site.actions.chains import take_checkpoints
from invoicing_site.demo_world.seed import seed
from invoicing_site.models import Event
from invoicing_site.wiring import DEMO_HOOKS


class Command(BaseCommand):
    help = "Make the demo's data through the product's own verbs, prove it and sign its chains; a second call returns at once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", type=float, default=1.0, help="share of the ordinary documents (default 1)")
        parser.add_argument("--hooks", type=Path, help="file to write where the sandbox sends messages to (JSON)")

    def handle(self, *args: Any, scale: float = 1.0, hooks: Path | None = None, **options: Any) -> None:
        try:
            made = seed(now=clock.now(), scale=scale)
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from None
        # Apart from the data, so that the planner knows the tables; a run that was stopped here is made good.
        if made or not Event.objects.filter(type="books.proven").exists():
            call_command("prove_books", stdout=self.stdout)
            take_checkpoints(actor=None, at=clock.now())
        if hooks is not None:
            hooks.write_text(json.dumps(import_string(DEMO_HOOKS)()))
