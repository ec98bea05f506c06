"""Company addresses never collide with the site's own pages."""

import pytest
from django.urls import get_resolver

from invoicing_site.rules.slugs import RESERVED, is_free


@pytest.mark.parametrize("slug", ["acme", "a", "acme-2", "0815", "a" * 40])
def test_free(slug: str) -> None:
    assert is_free(slug)


@pytest.mark.parametrize(
    "slug", ["", "Acme", "-acme", "acme-", "a b", "a_b", "ä", "a" * 41, "acme\n", *sorted(RESERVED)]
)
def test_not_free(slug: str) -> None:
    assert not is_free(slug)


def test_every_first_word_of_the_site_is_reserved() -> None:
    first = {str(entry.pattern).split("/")[0] for entry in get_resolver().url_patterns}
    assert {word for word in first if word and "<" not in word} <= RESERVED
