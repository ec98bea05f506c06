"""The form that sends a document: to whom, when, with which words of one's own."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.actions.send import MOST, NOTE
from billing.models import Document
from invoicing_site.errors import BusinessError
from invoicing_site.forms import DateField, Row, Rows, add_business_error, rows_of, typed, typed_rows
from invoicing_site.messages import sentence
from invoicing_site.models import Sender

PREFIX = "recipients"
ATTACH, LINK = "attach", "link"


class RecipientRow(Row):
    """`send` unticked leaves the address in sight and out of the mail."""

    send = forms.BooleanField(label=_("Send"), required=False, initial=True)
    email = forms.CharField(
        label=_("E-mail address"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )


Recipients = rows_of(RecipientRow, extra=0, max_num=MOST)


class SendForm(forms.Form):
    attach = forms.ChoiceField(
        label=_("The PDF"),
        choices=[(ATTACH, _("Attached, and behind a link")), (LINK, _("Only behind a link"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("A note of your own"),
        required=False,
        max_length=NOTE,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A paragraph in the e-mail, for this time only."),
    )
    day = DateField(label=_("Day"), required=False)
    time = forms.TimeField(
        label=_("Time"), required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("time") and not data.get("day") and "day" not in self.errors:
            self.add_error("day", gettext("Choose the day, too."))
        return data


class SendEditor:
    """Both parts of the form as one: filled from the document, read for the verb, refused at its fields."""

    def __init__(self, data: Mapping[str, Any] | None = None, initial: Mapping[str, Any] | None = None) -> None:
        given = initial or {}
        self.main = SendForm(data, initial=given.get("main"))
        self.recipients: Rows = Recipients(data, prefix=PREFIX, initial=given.get(PREFIX) if data is None else None)

    @classmethod
    def of_document(cls, document: Document, sender: Sender, taken: set[str]) -> "SendEditor":
        """The client's address ticked, contacts beside it; without it the contacts are ticked. Who has it already, `taken`
        in lower case, is not. One query."""
        contacts = list(document.client.contacts.exclude(email="").order_by("id").values_list("email", flat=True))
        known = {email.lower(): email for email in [*contacts, document.client.email] if email}
        own = document.client.email.lower()
        order = sorted(known, key=lambda email: email != own)
        rows = [
            {"email": known[email], "send": email not in taken and (email == own or not own)} for email in order[:MOST]
        ]
        main = {"attach": ATTACH if sender.attach_pdf else LINK}
        return cls(initial={"main": main, PREFIX: rows or [{"email": "", "send": True}]})

    def grown(self) -> "SendEditor":
        """What was typed, unchecked, with one more row: the answer to "add" without JavaScript."""
        rows = [*typed_rows(self.recipients), {"email": "", "send": True}]
        return SendEditor(initial={"main": typed(self.main), PREFIX: rows})

    def is_valid(self) -> bool:
        return not any([not part.is_valid() for part in (self.main, self.recipients)])  # noqa: C419 - both say what is wrong

    def ticked(self) -> list[Row]:
        return [row for row in self.recipients.rows() if row.cleaned_data.get("send") and row.cleaned_data.get("email")]

    def values(self, zone: str) -> dict[str, Any]:
        """Arguments of `send_document`, once valid; day and time are of the company's `zone`."""
        data = self.main.cleaned_data
        on = None
        if data["day"]:
            on = dt.datetime.combine(data["day"], data["time"] or dt.time(8), tzinfo=ZoneInfo(zone))
        return {
            "recipients": [row.cleaned_data["email"] for row in self.ticked()],
            "note": data["note"],
            "attach": data["attach"] == ATTACH,
            "on": on,
        }

    def refuse(self, error: BusinessError) -> None:
        """Put a verb's refusal at its field: ``recipients.1`` is the second ticked row, ``on`` the day."""
        head, _dot, rest = (error.field or "").partition(".")
        ticked = self.ticked()
        if head == PREFIX and rest.isdigit() and int(rest) < len(ticked):
            ticked[int(rest)].add_error("email", sentence(error))
        elif head == "on":
            self.main.add_error("day", sentence(error))
        else:
            add_business_error(self.main, error)

    @property
    def errors(self) -> list[str]:
        """What is wrong outside the main form, as sentences that name their place."""
        if not self.recipients.is_bound:
            return []
        found = [str(error) for error in self.recipients.non_form_errors()]
        for place, row in enumerate(self.recipients.forms, 1):
            where = gettext("Recipient %(place)s") % {"place": place}
            found += [f"{where}: {error}" for errors in row.errors.values() for error in errors]
        return found
