"""Names and lines in other scripts, and very long ones: shaped, whole, inside the page. A script whose fonts are not installed
is skipped by name: Debian's fonts-noto-core and fonts-noto-cjk hold them all."""

import logging
import os
import shutil
import subprocess

import pytest

from tests.golden.test_layouts import NEWER, laid_out
from tests.helpers.invoices import printed
from tests.helpers.papers import due, facts, line, parties, text_of

SCRIPTS = {
    "ar": "خدمات استشارية لشهر نوفمبر",
    "he": "שירותי ייעוץ לחודש נובמבר",
    "ja": "高精度ブラケットの加工",
    "zh-cn": "精密支架加工服务",
    "ko": "정밀 브래킷 가공",
    "el": "Συμβουλευτικές υπηρεσίες",
    "ru": "Консультационные услуги",
    "hi": "परामर्श सेवाएँ",
    "th": "บริการให้คำปรึกษา",
}
RIGHT_TO_LEFT = {"ar", "he"}


def installed(language: str) -> bool:
    if shutil.which("fc-list") is None:
        return False
    return bool(
        subprocess.run(["fc-list", f":lang={language}", "family"], capture_output=True, check=True).stdout.strip()
    )


@pytest.mark.parametrize("look", NEWER, ids=lambda look: look[0])
@pytest.mark.parametrize("language", SCRIPTS)
def test_a_script_is_set_in_letters_that_exist(
    language: str, look: tuple[str, int], caplog: pytest.LogCaptureFixture
) -> None:
    if not installed(language):
        if os.environ.get("FONTS") == "required":
            pytest.fail(f"no font for {language} is installed")
        pytest.skip(f"no font for {language} is installed (fonts-noto-core, fonts-noto-cjk): the script was not tested")
    text = SCRIPTS[language]
    paper = facts(lines=[line(1, description=text)]), parties({"name": text}, {"name": text})
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        printed_text = text_of(printed(laid_out(paper, look)))
    assert [record.getMessage() for record in caplog.records if "notdef" in record.getMessage()] == []
    if language not in RIGHT_TO_LEFT | {"hi", "th"}:
        assert printed_text.count(text) >= 3


@pytest.mark.parametrize("look", NEWER, ids=lambda look: look[0])
def test_long_names_and_large_figures_stay_whole(look: tuple[str, int]) -> None:
    name = "Gesellschaft für außergewöhnlich lange Bezeichnungen im internationalen Anlagenbau mit beschränkter Haftung"
    lines = [
        line(1, description="ß" * 200),
        line(2, unit_price="123456789.123456", amount="999999999.99"),
    ]
    paper = facts(lines=lines, total="1000000149.99", due=[due("2026-12-04", "1000000149.99")])
    text = text_of(printed(laid_out((paper, parties({"name": name}, {"name": name})), look)))
    assert text.count("ß") >= 200
    assert "123,456,789.123456" in text
    assert "999,999,999.99" in text
    assert [word for word in name.split() if word not in text] == []
