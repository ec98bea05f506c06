"""What the list of documents can be narrowed by; it stands in the URL."""

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.reports.documents import Filters
from billing.reports.labels import NAMES
from billing.rules.labels import LABELS
from billing.states import Kind
from invoicing_site.forms import DateField

STATES = [("", _("All")), *((label.code, NAMES[label.code]) for label in LABELS)]


class DocumentFilter(forms.Form):
    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=160,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Number, client, purchase order, total")}),
    )
    client = forms.CharField(label=_("Client"), required=False, max_length=160)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All")), *Kind.choices], required=False)
    since = DateField(label=_("From"), required=False)
    until = DateField(label=_("To"), required=False)
    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False, widget=forms.HiddenInput)

    def filters(self) -> Filters:
        """What of the query string makes sense; the rest stands as an error at its field and narrows nothing."""
        self.full_clean()
        return Filters(**{name: value for name, value in self.cleaned_data.items() if value})

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and since > until:
            self.add_error("until", _("This day lies before the first one."))
        return data
