"""What a stranger types: the code of a document, and the account they were told to pay to."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    code = forms.CharField(label=_("Code"), max_length=80)


class AccountForm(forms.Form):
    account = forms.CharField(label=_("Account number on your document"), max_length=60)
