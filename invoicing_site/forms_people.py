"""Forms of the team page, the invitation and the admin's reasons."""

import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.utils.translation import gettext_lazy as _

from invoicing_site.errors import BusinessError
from invoicing_site.forms import DateField, add_business_error
from invoicing_site.models import Membership
from invoicing_site.states import Role

T = TypeVar("T")


def attempt(form: forms.Form, work: Callable[[], T]) -> T | None:
    """`work()` if the form is valid; None, with the sentence added to the form, if it or the verb refuses."""
    if not form.is_valid():
        return None
    try:
        return work()
    except BusinessError as error:
        add_business_error(form, error)
        return None


def _last_day() -> DateField:
    help_text = _("For somebody from outside. Empty: the membership has no end.")
    return DateField(label=_("Last day"), help_text=help_text, required=False)


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    expires_on = _last_day()
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300)


class InviteForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.CLERK)
    expires_on = _last_day()


class EndForm(forms.Form):
    successor = forms.ChoiceField(
        label=_("Hand open work over to"),
        required=False,
        help_text=_("Drafts and open documents assigned to this person get a new assignee."),
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300)

    def __init__(self, *args: Any, heirs: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(heir.uuid), str(heir.user)) for heir in heirs]
        self.fields["successor"].choices = [("", _("Nobody: there is no open work")), *choices]  # type: ignore[attr-defined]

    def clean_successor(self) -> uuid.UUID | None:
        chosen = self.cleaned_data["successor"]
        return uuid.UUID(chosen) if chosen else None


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("It stays in the history."))


class GlassForm(ReasonForm):
    hours = forms.IntegerField(label=_("Hours"), min_value=1, max_value=8, initial=1)


class LanguageForm(forms.Form):
    # Each language by its own name: who cannot read the page finds theirs.
    language = forms.ChoiceField(label=_("Language"), choices=[("en", "English"), ("de", "Deutsch")])


class AcceptForm(forms.Form):
    name = forms.CharField(label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        help_text=password_validators_help_text_html(),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
