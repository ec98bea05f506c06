"""Links that open a door by themselves never reach the log."""

from invoicing_site.logs import hide_links


def test_tokens_are_taken_out() -> None:
    event = {
        "request": "GET /invitation/AAAABBBBCCCCDDDD/",
        "event": "Not Found: /accounts/password/reset/key/3-abcdef123456/",
    }
    assert hide_links(None, "info", event) == {
        "request": "GET /invitation/…/",
        "event": "Not Found: /accounts/password/reset/key/…/",
    }


def test_other_paths_stay() -> None:
    event = {"request": "GET /acme/documents/0d5bd2b1-7c1f-4a3c-9a52-3f9f5a1f0c11/", "code": 200}
    assert hide_links(None, "info", dict(event)) == event
