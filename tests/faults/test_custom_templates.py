"""Hostile custom templates: nothing is evaluated, nothing is fetched, nothing runs away (rows 41, 51, 52)."""

import io
from hashlib import sha256
from typing import Any

import pikepdf
import pytest

from billing.documents.custom import language, markup
from billing.documents.custom.markup import Broken
from billing.documents.custom.source import STARTER, Source, checked
from billing.documents.custom.trial import check_content
from billing.documents.pdf import Refused, render
from billing.documents.specimen import ample
from billing.documents.view import document_view
from invoicing_site.errors import BusinessError
from tests.faults.test_render_bombs import renderer
from tests.faults.test_render_injection import SECRET, TEXTS, Canary, canary, filled, hostile
from tests.helpers.papers import CREATED, Snapshot, facts, parties, text_of

__all__ = ["canary"]

LINES = "document.table.lines"


def refusal(text: str, css: str = "") -> str:
    with pytest.raises(BusinessError) as error:
        checked(text, css)
    assert error.value.field in {"markup", "css"}
    return error.value.code.removeprefix("layout.")


TAGS = [
    "load static", "debug", "include x", "extends 'x'", "block x", "ssi '/etc/passwd'", "now 'Y'", "url 'x'", "csrf_token",
    "autoescape off", "filter safe", "firstof a b", "cycle 1 2", "regroup a by b as c", "templatetag openblock", "verbatim",
    "widthratio 1 2 3", "spaceless", "comment", "lorem 9999999", "static 'x'", "translate 'x'", "querystring", "resetcycle",
    "partialdef x", "python 1",
]  # fmt: skip


@pytest.mark.parametrize("tag", TAGS)
def test_no_other_tag_is_known(tag: str) -> None:
    assert refusal(f"<p>a</p>\n{{% {tag} %}}") in {"template_tag", "template_syntax"}


WALKS = [
    "document.__class__", "document.__class__.__mro__", "document.seller.__dict__", "document._x", "document.title.upper",
    "document.title.format", "document.title.join", "document.buyer.lines.count", "document.buyer.lines.__len__",
    f"{LINES}.0.description.encode", f"{LINES}.999", f"{LINES}.-1", "document.payment.qr", "document.payment.qr.path",
    "document.payment.qr.runs", "document.slip.qr", "document.nothing", "document.look.blocks", "settings", "settings.SECRET_KEY",
    "request", "view", "block", "True.real", "forloop.counter", "document", "document.table", f"{LINES}",
    "document|safe", "document.title|safe", "document.title|add:1", "document.title|pprint", "document.title|slugify",
    "document.title|default:settings.SECRET_KEY", "document.title|default:document.__class__", "document.title|stringformat:'s'",
    "document.title|truncatechars:1", "document.title|make_list", "document.title|dictsort:'x'", "document.seller|length|safe",
]  # fmt: skip


@pytest.mark.parametrize("walk", WALKS)
def test_only_fields_of_the_document_have_a_value(walk: str) -> None:
    code = refusal(f"<p>{{{{ {walk} }}}}</p>")
    assert code in {"template_name", "template_syntax"}
    if walk not in {
        "document",
        "document.table",
        LINES,
        "document.payment.qr",
        "document.slip.qr",
        "document.look.blocks",
    }:
        assert refusal(f"{{% if {walk} %}}x{{% endif %}}") in {"template_name", "template_syntax"}


LOOPS = [
    f"{{% for a in {LINES} %}}{{% for b in {LINES} %}}x{{% endfor %}}{{% endfor %}}",
    f"{{% for a in {LINES} %}}{{% with c={LINES} %}}{{% for b in c %}}x{{% endfor %}}{{% endwith %}}{{% endfor %}}",
    f"{{% with c={LINES} %}}{{% for a in c %}}{{% for b in c %}}x{{% endfor %}}{{% endfor %}}{{% endwith %}}",
    f"{{% for a in {LINES} %}}{{% include 'table' %}}{{% endfor %}}",
    f"{{% for a, b in {LINES} %}}x{{% endfor %}}",
    "{% for a in document.title %}x{% endfor %}",
    "{% for a in document %}x{% endfor %}",
    f"{{% for a in {LINES}|length %}}x{{% endfor %}}",
    "{% for a in 'aaaa' %}x{% endfor %}",
    f"{{% for a in {LINES} %}}x{{% endfor %}}" * 21,
]


@pytest.mark.parametrize("loop", LOOPS)
def test_loops_stay_one_walk_over_the_document(loop: str) -> None:
    assert refusal(loop) == "template_loop"


@pytest.mark.parametrize("name", ["document", "forloop", "_x"])
def test_names_of_ours_are_not_bound_anew(name: str) -> None:
    assert refusal(f"{{% with {name}=document.title %}}x{{% endwith %}}") in {"template_name", "template_syntax"}
    assert refusal(f"{{% for {name} in {LINES} %}}x{{% endfor %}}") in {"template_name", "template_syntax"}


def test_a_loop_may_go_over_its_own_part() -> None:
    checked(
        f"{{% for a in {LINES} %}}{{% for b in a.cells %}}{{{{ b.text }}}} {{{{ forloop.counter }}}}{{% endfor %}}{{% endfor %}}",
        "",
    )


BOMBS = [
    ("{% if document.title %}" * 25 + "{% endif %}" * 25, "template_nesting"),
    ("{% if document.title %}x{% endif %}" * 1001, "template_nesting"),
    ("x" * 64_001, "template_size"),
    ("{% if " + "not " * 5000 + "document.title %}x{% endif %}", "template_syntax"),
    ("{% if " + "document.title and " * 3000 + "document.title %}x{% endif %}", "template_syntax"),
    ("{{ document.title" + "|upper" * 9000 + " }}", "template_syntax"),
    ("{{ document.title" + "|upper" * 40 + " }}", None),
    ("{% for a in document.meta %}", "template_syntax"),
    ("{{ }}", "template_syntax"),
    ("{% %}", "template_tag"),
    ("", "template_empty"),
]


@pytest.mark.parametrize(("text", "code"), BOMBS, ids=range(len(BOMBS)))
def test_a_template_that_is_a_bomb_is_refused_or_harmless(text: str, code: str | None) -> None:
    if code is None:
        checked(text, "")
    else:
        assert refusal(text) == code


ELEMENTS = [
    "<script>1</script>", "<SCRIPT src='{http}'></SCRIPT>", "<style>*{{x:url({http})}}</style>", "<link href='{http}'/>",
    "<meta http-equiv='refresh' content='0;url={http}'/>", "<base href='{http}'/>", "<iframe src='{http}'></iframe>",
    "<object data='{file}'></object>", "<embed src='{http}'/>", "<svg><image href='{file}'/></svg>", "<math></math>",
    "<a href='{http}'>x</a>", "<a rel='attachment' href='{file}'>x</a>", "<form action='{http}'></form>", "<input/>",
    "<video src='{http}'></video>", "<xi:include href='{file}'/>", "<html>", "<body onload='x'>", "<p style='x:url({http})'>",
    "<p onclick='x'>", "<img src='{http}'/>", "<img src='{file}'/>", "<img src='data:image/png;base64,AA'/>",
    "<img src='asset:../x'/>", "<img src='asset:slip'/>", "<img srcset='{http}'/>", "<img src='asset:qr{{{{ document.title }}}}'/>",
    "<p class='x' href='{http}'>", "<{{{{ document.title }}}}>", "<p {{{{ document.title }}}}='1'>", "<!DOCTYPE x>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM '{file}'>]>&e;", "<!ENTITY % p SYSTEM '{http}'> %p;", "<!-- x -->", "<![CDATA[<script>]]>",
    "<?xml-stylesheet href='{http}'?>", "<?php 1 ?>", "<td data-x='{http}'>", "<p data-carried='1'>", "<p id='a' xlink:href='{file}'>",
]  # fmt: skip


@pytest.mark.parametrize("text", ELEMENTS)
def test_only_plain_elements_are_written(text: str, canary: Canary) -> None:
    written = filled(text, canary)
    assert refusal(f"<p>ok</p>\n{written}") in {"template_element", "template_attribute"}
    assert refusal(f"{{% if document.draft %}}{written}{{% endif %}}") in {"template_element", "template_attribute"}


@pytest.mark.parametrize(
    "body", ["&e;", "<p>", "<DIV>x</DIV>", "<p onclick='1'>x</p>", "<img src='http://x'/>", "</div><p>x</p><div>"]
)
def test_what_was_written_is_looked_through_again(body: str) -> None:
    with pytest.raises(Broken):
        markup.check_written(body)


STYLES = [
    "@import '{http}';", "@import url({http});", "@font-face {{ font-family: x; src: url({http}) }}", "@namespace x '{http}';",
    "@media print {{ p {{ x: url({http}) }} }}", "@supports (x: y) {{ p {{ color: red }} }}", "p {{ background: url({http}) }}",
    "p {{ background: URL('{file}') }}", "p {{ background: u\\72l({http}) }}", "p {{ list-style: image-set('{http}' 1x) }}",
    "p {{ content: attr(class url) }}", "p {{ x: src('{http}') }}", "p {{ x: element(y) }}", "p {{ x: expression(1) }}",
    "p {{ x: cross-fade(url({file}), red) }}", "@page {{ @top-left {{ content: url({file}) }} }}", "@page {{ @import '{http}'; }}",
    "@page {{ background: url({http}) }}", "@charset 'x'; @import '{http}';", "p {{ x: calc(1px + url({http})) }}",
    "p {{ x: target-text(url({http})) }}", "p[x='url({http})'] {{ x: image('{http}') }}", "@color-profile x {{ src: url({http}) }}",
    "p {{ x: url( }}",
]  # fmt: skip


@pytest.mark.parametrize("css", STYLES)
def test_a_style_sheet_names_no_place_to_fetch_from(css: str, canary: Canary) -> None:
    assert refusal("<p>x</p>", filled(css, canary)) in {"css_rule", "css_function", "css_syntax"}


@pytest.mark.parametrize("css", ["p{color:red}" * 121, "x" * 20_001])
def test_a_style_sheet_has_an_end(css: str) -> None:
    assert refusal("<p>x</p>", css) == "css_size"


def dressed(source: Source, snapshot: tuple[Snapshot, Snapshot]) -> tuple[Any, dict[str, bytes]]:
    stored = source.stored()
    digest = sha256(stored).hexdigest()
    made, sides = snapshot
    template = {"name": "custom", "version": 1, "options": {"source": digest}}
    return document_view(made | {"template": template}, sides), {digest: stored}


def test_a_template_that_slipped_through_still_reaches_nothing(canary: Canary) -> None:
    """The walls behind the reading: the fetcher knows only assets, and what was written is looked through again."""
    css = f"@import '{canary.http}'; p {{ background: url({canary.file.as_uri()}) }}"
    view, assets = dressed(Source("<p>hello</p>", css), (facts(1), parties()))
    assert "hello" in text_of(render(view, assets=assets, created=CREATED))
    view, assets = dressed(Source(f"<img src='{canary.http}'/>", ""), (facts(1), parties()))
    with pytest.raises(Broken):
        render(view, assets=assets, created=CREATED)
    assert canary.hits == []


@pytest.mark.parametrize("text", TEXTS[::6])
def test_hostile_texts_stay_texts_in_a_custom_template(text: str, canary: Canary) -> None:
    view, assets = dressed(checked(STARTER, ""), hostile(filled(text, canary)))
    document = render(view, assets=assets, created=CREATED)
    assert canary.hits == []
    with pikepdf.open(io.BytesIO(document)) as opened:
        assert list(opened.attachments) == []
    assert SECRET not in text_of(document)


def test_values_are_escaped_and_never_read_as_a_template() -> None:
    view = document_view(facts(1, introduction="{{ document.title }}<b>{% debug %}"), parties())
    body = language.write(language.read("<p>{{ document.introduction }}</p>"), view)
    assert body == "<p>{{ document.title }}&lt;b&gt;{% debug %}</p>"


def test_another_text_than_the_hash_names_is_not_printed() -> None:
    view, assets = dressed(checked(STARTER, ""), (facts(1), parties()))
    with pytest.raises(Refused, match="template_missing"):
        render(view, assets={digest: stored + b" " for digest, stored in assets.items()}, created=CREATED)
    with pytest.raises(Refused, match="template_missing"):
        render(view, assets={}, created=CREATED)


def test_the_starter_says_all_the_law_wants_and_prints() -> None:
    source = checked(STARTER, "@page { margin: 20mm; @bottom-left { content: string(foot-1) } } h1 { color: #123456 }")
    check_content(source)
    view, assets = dressed(source, ample("en", "DE", 40))
    text = text_of(render(view, assets=assets, created=CREATED))
    assert "Invoice SPECIMEN-1" in text
    assert "Carried forward" in text


@pytest.mark.parametrize("block", ["head", "totals", "reasons"])
def test_a_template_may_not_leave_out_what_the_law_wants(block: str) -> None:
    source = checked(STARTER.replace(f'{{% include "{block}" %}}', ""), "")
    with pytest.raises(BusinessError, match=r"layout\.template_missing"):
        check_content(source)


def test_markup_that_does_not_close_is_told() -> None:
    with pytest.raises(BusinessError, match=r"layout\.template_markup"):
        check_content(checked(STARTER + "<p>", ""))


def test_two_thousand_lines_print_within_limits_and_too_many_styles_do_not() -> None:
    fine, wild = renderer(
        """
        import io
        from hashlib import sha256
        from pypdf import PdfReader
        from billing.documents.custom.source import STARTER, Source
        from billing.documents.specimen import ample
        warm()
        for css, limits in (("", {"cpu_seconds": 60, "wall_seconds": 90}), ("td { padding: 40cm }", {"cpu_seconds": 3})):
            stored = Source(STARTER, css).stored()
            digest = sha256(stored).hexdigest()
            made, sides = ample("en", "DE", 2000)
            view = document_view(made | {"template": {"name": "custom", "version": 1, "options": {"source": digest}}}, sides)
            try:
                data = fork.run(lambda: render(view, assets={digest: stored}, created=CREATED), **limits)
                print(len(PdfReader(io.BytesIO(data)).pages))
            except fork.RenderFailed as failed:
                print(failed.reason)
        """
    )
    assert 30 < int(fine) < 150
    assert wild in {"cpu", "memory", "wall"}
