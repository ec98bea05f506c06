"""An index nobody needs is paid for by every write."""

import pytest
from django.db import connection

REDUNDANT = """
SELECT a.indexrelid::regclass::text, b.indexrelid::regclass::text FROM pg_index a JOIN pg_index b
  ON a.indrelid = b.indrelid AND a.indexrelid <> b.indexrelid AND NOT a.indisunique
WHERE a.indpred IS NULL AND b.indpred IS NULL AND a.indexprs IS NULL AND b.indexprs IS NULL
  AND (b.indkey::int2[])[0:cardinality(a.indkey::int2[]) - 1] = (a.indkey::int2[])[0:100]
  AND (b.indclass::oid[])[0:cardinality(a.indclass::oid[]) - 1] = (a.indclass::oid[])[0:100]
  AND (a.indrelid::regclass::text ~ '^(billing|clients|payments|invoicing_site)_') AND a.indrelid::regclass::text !~ '_historical'
"""


@pytest.mark.django_db
def test_no_index_is_the_beginning_of_another() -> None:
    with connection.cursor() as cursor:
        cursor.execute(REDUNDANT)
        assert cursor.fetchall() == []
