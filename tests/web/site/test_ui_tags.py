"""The tags every page is built from: what eyes and screen readers get, and that nothing breaks the strict policy."""

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from invoicing_site.charts import Bars
from invoicing_site.templatetags import ui

NBSP = "\N{NO-BREAK SPACE}"
TEMPLATES = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))


def render(source: str, **context: Any) -> str:
    return Template("{% load ui %}" + source).render(Context(context)).strip()


class Client(forms.Form):
    name = forms.CharField(help_text="As on the invoice.")
    limit = forms.DecimalField(required=False)
    portal = forms.BooleanField(required=False)
    kind = forms.ChoiceField(choices=[("c", "Company"), ("p", "Person")], widget=forms.RadioSelect)
    token = forms.CharField(widget=forms.HiddenInput)


def test_money_follows_the_language() -> None:
    source = "{% money amount 'EUR' %}"
    assert render(source, amount=Decimal("1234.56")) == '<span class="money">€1,234.56</span>'
    with translation.override("de"):
        assert render(source, amount=Decimal("1234.56")) == f'<span class="money">1.234,56{NBSP}€</span>'


def test_money_of_nothing_is_quiet_and_of_none_a_dash() -> None:
    assert render("{% money amount 'EUR' %}", amount=Decimal("0.00")) == '<span class="money money-zero">€0.00</span>'
    assert render("{% money amount 'EUR' %}", amount=None) == '<span class="money money-none">–</span>'


def test_money_without_symbol_and_as_text() -> None:
    assert render("{% money amount 'EUR' symbol=False %}", amount=Decimal("-5")) == '<span class="money">-5.00</span>'
    assert render("{{ amount|money:'KWD' }}", amount=Decimal("1.5")) == f"KWD{NBSP}1.500"
    assert render("{{ amount|money:'EUR' }}", amount=None) == "–"


def test_dates_numbers_and_percentages() -> None:
    day = dt.date(2026, 11, 20)
    moment = dt.datetime(2026, 11, 20, 23, 30, tzinfo=dt.UTC)
    assert render("{{ day|day }} {{ day|month }} {{ n|number }} {{ 19|percent }}", day=day, n=Decimal("2.500000")) == (
        "20 Nov 2026 Nov 2026 2.5 19%"
    )
    assert render("{{ x|day }}{{ x|month }}{{ x|moment }}{{ x|number }}{{ x|percent }}", x=None) == "–––––"
    with timezone.override(ZoneInfo("Europe/Berlin")):
        assert render("{{ moment|moment }}", moment=moment) == "21 Nov 2026, 00:30"
        assert render("{% when moment %}", moment=moment) == (
            '<time datetime="2026-11-20T23:30:00+00:00">21 Nov 2026, 00:30</time>'
        )
    assert render("{% when day %}", day=day) == '<time datetime="2026-11-20">20 Nov 2026</time>'


def test_icons_are_silent_unless_labelled() -> None:
    silent, spoken = render("{% icon 'check' %}"), render("{% icon 'check' 'small' 'Paid' %}")
    assert 'aria-hidden="true"' in silent
    assert "style=" not in silent
    assert 'role="img"' in spoken
    assert 'aria-label="Paid"' in spoken
    assert 'class="icon icon-small"' in spoken


def test_an_icon_label_cannot_carry_markup() -> None:
    assert '"><script' not in render("{% icon 'check' '' label %}", label='"><script>alert(1)</script>')


def test_badge_escapes_its_text_and_knows_its_tones() -> None:
    assert render("{% badge text 'good' %}", text="<b>Paid</b>") == (
        '<span class="badge badge-good">&lt;b&gt;Paid&lt;/b&gt;</span>'
    )
    with pytest.raises(ValueError, match="no such tone: green"):
        render("{% badge 'Paid' 'green' %}")


def test_field_ties_label_help_and_error_to_the_input() -> None:
    html = render("{% field form.name %}", form=Client({}))
    assert '<label for="id_name">Name</label>' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert re.search(r'id="id_name_error".*This field is required\.', html, re.S)
    assert re.search(r'id="id_name_helptext">As on the invoice\.', html)
    assert "optional" not in html


def test_field_says_what_may_stay_empty_and_carries_attributes() -> None:
    html = render(
        "{% field form.limit before='EUR' inputmode='decimal' data_hotkey='/' help='In euros.' %}", form=Client()
    )
    assert '<span class="optional">optional</span>' in html
    assert '<span class="joined-part">EUR</span>' in html
    assert 'inputmode="decimal"' in html
    assert 'data-hotkey="/"' in html
    assert 'aria-describedby="id_limit_helptext"' in html
    assert "optional" not in render("{% field form.limit quiet=True %}", form=Client())


def test_field_draws_boxes_groups_and_hidden_inputs() -> None:
    form = Client()
    assert '<label class="check" for="id_portal">' in render("{% field form.portal %}", form=form)
    group = render("{% field form.kind %}", form=form)
    assert group.startswith("<fieldset")
    assert "<legend>Kind</legend>" in group
    assert render("{% field form.token %}", form=form).startswith('<input type="hidden"')


def test_field_escapes_what_people_typed_and_help_that_is_not_marked_safe() -> None:
    html = render("{% field form.name help=help %}", form=Client({"name": '"><b>'}), help="<i>x</i>")
    assert "<b>" not in html
    assert "<i>" not in html


def test_cell_is_a_bare_input_with_a_spoken_label() -> None:
    html = render("{% cell form.limit %}", form=Client())
    assert html.startswith("<input")
    assert 'aria-label="Limit"' in html


def test_pager_keeps_the_filters_and_moves_by_cursor() -> None:
    request = RequestFactory().get("/x/?state=open&after=c1")
    html = render("{% pager page %}", page=SimpleNamespace(newer="n", older="o"), request=request)
    assert 'href="?state=open&amp;before=n"' in html
    assert 'href="?state=open&amp;after=o"' in html
    assert 'href="?state=open"' in html


def test_pager_at_the_ends_has_no_dead_links() -> None:
    request = RequestFactory().get("/x/")
    first = render("{% pager page %}", page=SimpleNamespace(newer=None, older="o"), request=request)
    assert first.count("<a ") == 1
    assert 'aria-disabled="true"' in first
    assert (
        render("{% pager page %}", page=SimpleNamespace(newer=None, older=None), request=RequestFactory().get("/x/"))
        == ""
    )


def test_chart_tells_its_figures_in_words_too() -> None:
    chart = Bars("Invoiced", ("Invoiced", "Received"), [("Nov 26", (Decimal(100), Decimal("40.5")))], "EUR")
    with translation.override("de"):
        html = render("{% bars chart 'one' %}", chart=chart)
    assert '<title id="one-title">Invoiced</title>' in html
    assert f"40,50{NBSP}€" in html
    assert '<th scope="row">Nov 26</th>' in html
    assert 'y="59.50%"' in html  # attributes of SVG keep the point whatever the language


def test_an_axis_is_short_where_the_language_is() -> None:
    assert render("{{ n|compact }}", n=Decimal(20000)) == "20K"
    with translation.override("de"):
        assert render("{{ n|compact }}", n=Decimal(20000)) == "20.000"


def test_confirming_asks_its_own_form_and_never_the_page_around_it() -> None:
    source = "{% include 'components/confirm.html' with label='Void' url='/v/' question='Void?' button='Void it' %}"
    html = render(source, form=Client(), ask=None)
    assert "<summary" in html
    assert 'action="/v/"' in html
    assert "id_name" not in html
    assert "id_name" in render(source, ask=Client())


def test_aging_shows_every_bucket() -> None:
    html = render("{% aging buckets 'EUR' %}", buckets=[("Not due", Decimal(75)), ("1–30 days", Decimal(25))])
    assert 'width="75.00%"' in html
    assert "Not due" in html
    assert "€25.00" in html


@pytest.mark.parametrize(
    ("agent", "text"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge, Windows",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari, iPhone"),
        ("curl/8.5", "curl/8.5"),
    ],
)
def test_browser_names_a_session(agent: str, text: str) -> None:
    assert ui.browser(agent) == text


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_no_template_needs_more_than_the_strict_policy(path: Path) -> None:
    source = re.sub(r"{%.*?%}", " ", path.read_text(), flags=re.S)
    if (
        path.relative_to(Path(settings.BASE_DIR) / "templates").parts[0] == "documents"
    ):  # drawn by WeasyPrint, never sent to a browser
        return
    assert not re.search(r"\sstyle=|<style|javascript:|\son[a-z]+=|\shx-on", source), path
    for script in re.findall(r"<script\b[^>]*>", source):
        assert "src=" in script or 'type="application/json"' in script, path
        assert "src=" not in script or "defer" in script, path
