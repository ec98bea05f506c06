"""A page of Chromium for scripts that need no server."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright


@pytest.fixture(scope="module")
def bare_page() -> Iterator[Page]:
    """An empty page; without Chromium a loud skip by hand and a failure in CI."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: apt-get install chromium")
        pytest.skip("Chromium is missing, this was NOT tested: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.route("http://bare.test/", lambda route: route.fulfill(content_type="text/html", body="<body></body>"))
        yield page
        browser.close()
