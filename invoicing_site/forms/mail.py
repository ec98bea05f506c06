"""Forms of the mail log and of how a company's mail looks."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from invoicing_site.models import MailTemplate, Sender
from invoicing_site.reports.mails import STATES, kinds

if TYPE_CHECKING:
    OfSender = forms.ModelForm[Sender]
    OfTemplate = forms.ModelForm[MailTemplate]
else:
    OfSender = OfTemplate = forms.ModelForm


class MailFilter(forms.Form):
    q = forms.CharField(
        label=_("Recipient"),
        required=False,
        max_length=254,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Part of an e-mail address")}),
    )
    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=lambda: [("", _("All")), *kinds()], required=False)


class SenderForm(OfSender):
    class Meta:
        model = Sender
        fields = ("name", "address", "reply_to", "attach_pdf", "undo_seconds")

    def _post_clean(self) -> None:
        """The verb fills and judges the row: a refused form must not leave its values in the one the page shows."""


class WordsForm(OfTemplate):
    """`revision` is the one the person looked at; 0 where the house's words were shown."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    class Meta:
        model = MailTemplate
        fields = ("subject", "body", "revision")
        widgets = {"body": forms.Textarea(attrs={"rows": 16})}

    def _post_clean(self) -> None:
        """As above."""

    def values(self) -> dict[str, Any]:
        return {"subject": self.cleaned_data["subject"], "body": self.cleaned_data["body"]}
