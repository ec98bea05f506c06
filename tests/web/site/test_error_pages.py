"""Error pages stand on their own feet and say what to do next."""

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.views import defaults


@pytest.mark.parametrize("template", ["400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html"])
def test_each_page_renders_without_request_session_or_database(template: str) -> None:
    html = render_to_string(template)
    assert html.count("<h1>") == 1
    assert 'href="/"' in html
    assert "<script" not in html


def test_the_500_page_does_not_need_the_static_manifest() -> None:
    response = defaults.server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert 'href="/static/css/site.css"' in response.content.decode()


def test_the_404_page_does_not_repeat_the_address() -> None:
    response = defaults.page_not_found(RequestFactory().get("/a-guess-at-a-secret/"), Exception("secret"))
    assert response.status_code == 404
    assert "secret" not in response.content.decode()
