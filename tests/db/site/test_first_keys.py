"""Data keys live longer than the transaction that first needs them."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from invoicing_site import crypto
from invoicing_site.models import DataKey

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_process() -> None:
    crypto.forget_keys()


def test_what_is_sealed_after_a_rolled_back_first_use_can_be_read_by_another_process() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        crypto.encrypt(b"first", "a.b")
        crypto.digest("DE123", "a.b")
        raise RuntimeError
    sealed, found = crypto.encrypt(b"second", "a.b"), crypto.digest("DE123", "a.b")
    crypto.forget_keys()
    assert crypto.decrypt(sealed, "a.b") == b"second"
    assert crypto.digest("DE123", "a.b") == found


def test_without_a_key_nothing_is_sealed_and_the_way_out_is_named() -> None:
    DataKey.objects.all().delete()
    with pytest.raises(ImproperlyConfigured, match="run manage.py migrate"):
        crypto.encrypt(b"x", "a.b")
