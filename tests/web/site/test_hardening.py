"""Settings of the sign-in that must not slip."""

from allauth.account import app_settings as account
from allauth.mfa import app_settings as mfa
from django.conf import settings

import invoicing_site.settings as ours


def test_passwords_are_argon2_and_long() -> None:
    assert ours.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    lengths = [v["OPTIONS"]["min_length"] for v in settings.AUTH_PASSWORD_VALIDATORS if "MinimumLength" in v["NAME"]]
    assert lengths == [12]


def test_no_soft_door_is_open() -> None:
    assert account.SESSION_REMEMBER is False
    assert account.LOGIN_BY_CODE_ENABLED is False
    assert account.LOGIN_ON_PASSWORD_RESET is False
    assert account.LOGIN_ON_EMAIL_CONFIRMATION is False
    assert account.PREVENT_ENUMERATION is True
    assert account.REAUTHENTICATION_REQUIRED is True
    assert mfa._TRUST_STAGE_ENABLED is False
    assert mfa.TOTP_INSECURE_BYPASS_CODE in (None, "")
    assert mfa.PASSKEY_SIGNUP_ENABLED is False


def test_sessions_live_in_the_database_and_in_http_only_cookies() -> None:
    assert settings.SESSION_ENGINE == "django.contrib.sessions.backends.db"
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.CSRF_COOKIE_HTTPONLY
