"""The portal's two letters as they leave the house, in both languages."""

from typing import Any

import pytest

from clients.actions.portal import change_profile
from clients.actions.portal_codes import request_code
from invoicing_site.mail_words import compose
from invoicing_site.models import Mail
from tests.helpers.portal import EMAIL, portal_account
from tests.world import AT

pytestmark = pytest.mark.django_db
SUBJECTS = {
    ("portal_invitation", "en"): "Your documents from Acme",
    ("portal_invitation", "de"): "Ihre Dokumente von Acme",
    ("portal_code", "en"): "Your sign-in code for Acme",
    ("portal_code", "de"): "Ihr Anmeldecode für Acme",
}


@pytest.mark.parametrize(("kind", "language"), sorted(SUBJECTS))
def test_a_letter_is_whole(world: Any, settings: Any, kind: str, language: str) -> None:
    settings.BASE_URL = "https://bill.example"
    change_profile(account=portal_account(world), name="Ada", language=language, actor=None, at=AT)
    request_code(company=world.company, email=EMAIL, actor=None, at=AT)
    mail = Mail.objects.get(kind=kind)
    mail.language = language
    message = compose(mail)
    html = str(message.alternatives[0][0])
    assert (message.subject, message.to) == (SUBJECTS[kind, language], [EMAIL])
    assert "{" not in message.body
    for text in (message.body, html):
        assert "Ada" in text
        if kind == "portal_code":
            assert f"{mail.secret[:4]} {mail.secret[4:]}" in text
            assert "/portal/" not in text  # nothing to click: a code is typed where it was asked for
        else:
            assert "https://bill.example/acme/portal/sign-in/" in text
            assert "Nordlicht Medien GmbH" in text
