from __future__ import annotations

import pytest

from invoicing_site.rules.text import fold


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Müller & Söhne", "muller & sohne"),
        ("Straße  zum   Ærøskøbing", "strasse zum aeroskobing"),
        ("ŁÓDŹ", "lodz"),
        ("  Édouard\tCœur ", "edouard coeur"),
        ("ﬁnance", "finance"),
        ("東京", "東京"),
        ("", ""),
    ],
)
def test_names_fold_to_what_they_sort_by(name: str, folded: str) -> None:
    assert fold(name) == folded
