"""Forms of approvals: the filter of the list, a reason, and from which amount a second person is needed."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from invoicing_site.forms import DecimalField
from invoicing_site.states import ApprovalState, Gated


class ApprovalFilter(forms.Form):
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=lambda: [("", _("All")), *((value, capfirst(str(label))) for value, label in ApprovalState.choices)],
    )


class WhyForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300)


class PolicyForm(forms.Form):
    """Whether an act needs two people, and above which amount (`currency`: the company's); bank details have none."""

    needed = forms.BooleanField(label=_("A second person must agree"), required=False)
    above = DecimalField(
        label=_("Above"), required=False, help_text=_("Zero or empty: always."), max_digits=15, decimal_places=4
    )

    def __init__(self, *args: Any, what: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if what == Gated.BANK_DETAILS:
            del self.fields["above"]

    def threshold(self) -> Decimal | None:
        """What the verb takes: None for nobody else."""
        return (self.cleaned_data.get("above") or Decimal(0)) if self.cleaned_data["needed"] else None
