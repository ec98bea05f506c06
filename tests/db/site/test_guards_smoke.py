from typing import Any

from invoicing_site.models import Seal


def test_company_is_founded_with_accounts_and_sealed_event(world: Any, stranger: Any) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert Seal.objects.filter(chain=world.company.pk).count() == 1
    assert world.company.history.count() == 1
