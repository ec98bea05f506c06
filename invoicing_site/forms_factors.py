"""allauth's forms for second factors where they need us: our words, and an answer to rubbish in place of a 500."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import ReauthenticateForm
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


class CodeForm(ReauthenticateForm):  # type: ignore[misc]
    """allauth's check (rate limit, replay guard, recovery codes) under our words."""

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
