"""`manage.py take_bounces`: read reports of undelivered mail, from a mail server's pipe or a maildir folder (SPEC D2)."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from invoicing_site import clock
from invoicing_site.actions.mail_bounces import mark_bounced, mark_delivered
from invoicing_site.errors import BusinessError
from invoicing_site.rules import dsn

# sysexits.h, which mail servers understand: do not try again; try again later.
DATAERR, TEMPFAIL = 65, 75


class Command(BaseCommand):
    help = "Read one report (RFC 3464) from stdin, or all new ones in a maildir. Running it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--maildir", type=Path, help="a folder with new/ and cur/; what was read moves to cur/")

    def handle(self, *args: Any, maildir: Path | None, **options: Any) -> None:
        if maildir is not None:
            return self.folder(maildir)
        try:
            self.stdout.write(take(sys.stdin.buffer.read(dsn.MOST + 1)))
        except dsn.Unreadable as error:
            raise CommandError(f"Refused: {error}.", returncode=DATAERR) from None
        except BusinessError as error:
            raise CommandError(f"Not now: {error.code}.", returncode=TEMPFAIL) from None

    def folder(self, maildir: Path) -> None:
        """Each file for itself: what is no report moves away too (flagged as such), what came too early stays."""
        new, seen = maildir / "new", maildir / "cur"
        if not new.is_dir() or not seen.is_dir():
            raise CommandError(f"{maildir} is no maildir: it has no new/ and cur/.", returncode=DATAERR)
        refused = 0
        for file in sorted(new.iterdir()):
            if not file.is_file() or file.is_symlink():
                continue
            flags = "S"
            try:
                with file.open("rb") as stream:
                    self.stdout.write(f"{file.name}: {take(stream.read(dsn.MOST + 1))}")
            except dsn.Unreadable as error:
                refused, flags = refused + 1, "FS"
                self.stderr.write(f"{file.name}: refused, {error}")
            except BusinessError as error:
                self.stderr.write(f"{file.name}: not now, {error.code}")
                continue
            file.rename(seen / f"{file.name.partition(':')[0]}:2,{flags}")
        if refused:
            raise CommandError(f"{refused} refused; they are flagged in {seen}.", returncode=DATAERR)


def take(raw: bytes) -> str:
    """Act on one report; says what it did. Raises Unreadable, BusinessError (the mail is unknown or on its way still)."""
    report = dsn.read(raw, settings.MAIL_BOUNCE_DOMAIN)
    if report.action == "failed":
        mail = mark_bounced(mail=report.mail, hard=report.hard, said=report.said, actor=None, at=clock.now())
        return f"{mail.uuid} bounced, {mail.bounce}"
    if report.action == "delivered":
        mail = mark_delivered(mail=report.mail, actor=None, at=clock.now())
        return f"{mail.uuid} {mail.state}"
    return f"{report.mail} {report.action}: nothing to do"
