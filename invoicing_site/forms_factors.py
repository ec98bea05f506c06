"""allauth's forms for second factors where they need us: our words, and an answer to rubbish in place of a 500."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.exceptions import ValidationError
from django.db import Error as DatabaseError
from django.utils.translation import gettext_lazy as _

from invoicing_site.accounts import take_code


class _Once:
    """allauth remembers a code for 30 seconds in the cache, and accepts it for 90: the row remembers it for good."""

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        if not take_code(self.authenticator, code):  # type: ignore[attr-defined]
            raise get_adapter().validation_error("incorrect_code")
        return code


class SignInCodeForm(_Once, AuthenticateForm):  # type: ignore[misc]
    pass


class ReauthenticateCodeForm(_Once, ReauthenticateForm):  # type: ignore[misc]
    pass


class CodeForm(ReauthenticateCodeForm):
    """allauth's check (rate limit, recovery codes) under our words."""

    code = forms.CharField(
        label=_("Code from your authenticator app"),
        help_text=_("A recovery code works too; each one only once."),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )


class _Parsed:
    """What the passkey parser stumbles over (missing keys, broken CBOR) is the sender's rubbish, not our fault."""

    def clean_credential(self) -> Any:
        return self._judge("clean_credential", lambda: self.cleaned_data["credential"])  # type: ignore[attr-defined]

    def clean(self) -> Any:
        return self._judge("clean", lambda: self.cleaned_data)  # type: ignore[attr-defined]

    def _judge(self, step: str, default: Any) -> Any:
        inherited = getattr(super(), step, default)
        try:
            return inherited()
        except (ValidationError, DatabaseError):
            raise
        except Exception:
            raise get_adapter().validation_error("incorrect_code") from None


class AddPasskeyForm(_Parsed, AddWebAuthnForm):  # type: ignore[misc]
    pass


class AuthenticatePasskeyForm(_Parsed, AuthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class LoginPasskeyForm(_Parsed, LoginWebAuthnForm):  # type: ignore[misc]
    pass


class StepUpPasskeyForm(_Parsed, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    pass
