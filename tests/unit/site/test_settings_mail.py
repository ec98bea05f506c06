import os
import subprocess
import sys

import pytest

PRINT = "from django.conf import settings; print(settings.EMAIL_FILE_PATH, settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS)"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("filemail:///srv/mail", "/srv/mail  25 False"),
        ("smtp+tls://u:p@mail.example:587", "None mail.example 587 True"),
        ("consolemail://", "None  25 False"),
    ],
)
def test_mail_url_is_understood(url: str, said: str) -> None:
    env = os.environ | {"EMAIL_URL": url, "DJANGO_SETTINGS_MODULE": "invoicing_site.settings", "INVOICING_MODE": "demo"}
    done = subprocess.run([sys.executable, "-c", PRINT], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == said
