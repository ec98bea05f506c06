"""Forms of closing the books."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from invoicing_site.forms import DateField
from invoicing_site.models import Company, Membership


class CloseForm(forms.Form):
    """Up to which day nothing is booked any more."""

    through = DateField(label=_("Close the books through"))
    reason = forms.CharField(label=_("Reason"), required=False, max_length=100)

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["through"].initial = today.replace(day=1) - dt.timedelta(days=1)


class SoftForm(CloseForm):
    """The same for all without an exception; an empty day opens them again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"auto_id": "id_soft_%s"} | kwargs))
        self.fields["through"].required = False
        self.fields["through"].label = _("Lock the books through")


class ExceptionForm(forms.Form):
    person = forms.ChoiceField(label=_("Person"))
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=7, initial=1)
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **({"auto_id": "id_exception_%s"} | kwargs))
        members = Membership.objects.for_company(company).current().who_may("documents.issue").select_related("user")
        people = [(str(member.uuid), str(member.user)) for member in members.order_by("user__name", "pk")]
        self.fields["person"].choices = people  # type: ignore[attr-defined]
