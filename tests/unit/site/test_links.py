"""Links prove themselves: only what was made here, for this purpose, names a row."""

import uuid

import pytest

from invoicing_site import links

ROW = uuid.UUID("0d5bd2b1-7c1f-4a3c-9a52-3f9f5a1f0c11")


def test_a_link_names_its_row() -> None:
    token = links.make("invitation", ROW)
    assert links.read("invitation", token) == ROW
    assert len(token) == 48


def test_a_link_is_for_one_purpose() -> None:
    assert links.read("payment", links.make("invitation", ROW)) is None


def test_every_single_changed_character_is_refused() -> None:
    token = links.make("invitation", ROW)
    swaps = [token[:i] + ("A" if token[i] != "A" else "B") + token[i + 1 :] for i in range(len(token))]
    assert [links.read("invitation", swap) for swap in swaps] == [None] * len(swaps)


@pytest.mark.parametrize(
    "token", ["", "x", "ä" * 48, "!" * 48, links.make("invitation", ROW)[:-4], "A" * 48, "A" * 5000]
)
def test_rubbish_names_nothing(token: str) -> None:
    assert links.read("invitation", token) is None


def test_another_installation_makes_other_links(settings: object) -> None:
    token = links.make("invitation", ROW)
    settings.SECRET_KEY = "another installation"  # type: ignore[attr-defined]
    assert links.read("invitation", token) is None


def test_a_kept_path_names_its_link_and_leads_back_to_it() -> None:
    row = uuid.uuid4()
    path = f"/l/{links.make(links.TOKEN, row)}/pay/back/"
    kept = links.named(path)
    assert kept == f"/l/~{row.hex}/pay/back/"
    assert links.opened(kept) == path
    for other in ("/acme/portal/", "/l/not-a-token/pay/", f"/l/{links.make('other', row)}/pay/"):
        assert (links.named(other), links.opened(other)) == (other, other)
