"""allauth's authenticator as a django-otp device: one truth for "verified" in views, admin and API (docs/adr/0004)."""

from typing import Any

from django.db import models
from django_otp.models import Device


class AuthenticatorDevice(Device):  # type: ignore[misc]
    authenticator = models.OneToOneField("mfa.Authenticator", models.CASCADE, related_name="device")

    def verify_token(self, token: Any) -> bool:
        """allauth checks codes; a bare django-otp form never verifies here."""
        return False
