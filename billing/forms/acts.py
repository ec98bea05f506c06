"""What the editor's buttons do where no script runs: each sends the whole form and gets it back, changed in one place."""

from dataclasses import replace
from itertools import islice

from billing.forms import lines as cells
from billing.forms import reading
from billing.forms.compare import take
from billing.forms.documents import DocumentEditor, terms_of
from billing.forms.terms import new_instalment
from billing.reports.clients import find
from billing.rules.draft import Draft

MOST_LINES = 50


def act_on(editor: DocumentEditor, act: str, theirs: DocumentEditor | None = None) -> None:
    """Do what the button `act` says, such as "add:5" or "up:l12". An unknown one leaves the cells as they are.

    `theirs` is the version somebody else saved, where the page shows one. Lines that name a product and say nothing
    else are filled from it whatever the button was.
    """
    verb, _colon, rest = act.partition(":")
    if verb == "add":
        add_lines(editor, int(rest) if rest.isascii() and rest.isdigit() and len(rest) < 9 else 1)
    elif verb in ("up", "down"):
        editor.lines.move(rest, -1 if verb == "up" else 1)
    elif verb == "remove":
        editor.lines.remove_key(rest)
    elif verb == "more":
        _more(editor, rest)
    elif verb == "terms":
        _terms(editor)
    elif verb == "allowance":
        add_allowance(editor)
    elif verb == "forgo":
        editor.allowances.remove_key(rest)
    elif verb == "instalment":
        add_instalment(editor)
    elif verb == "waive":
        editor.instalments.remove_key(rest)
    elif verb == "take" and theirs is not None:
        take(editor, theirs, rest)
    bare = [row for row in editor.lines if row.values["sku"] and not row.values["description"]]
    if bare:
        editor.fill(bare, client_id_of(editor))


def add_lines(editor: DocumentEditor, count: int) -> None:
    """`count` more empty lines, at most fifty at a time; their tax is the last line's."""
    lines = editor.lines
    last = lines[-1].several["tax"] if lines else [cells.AUTO]
    made = [
        cells.new_line(key, last[0] if last else "") for key in islice(lines.new_keys(), max(1, min(count, MOST_LINES)))
    ]
    made[0].focus = "description"
    lines.extend(made)


def add_allowance(editor: DocumentEditor) -> None:
    row = cells.new_allowance(next(editor.allowances.new_keys()))
    row.focus = "description"
    editor.allowances.append(row)


def add_instalment(editor: DocumentEditor) -> None:
    row = new_instalment(next(editor.instalments.new_keys()))
    row.focus = "percent"
    editor.instalments.append(row)


def client_id_of(editor: DocumentEditor) -> int | None:
    """The client the header means, if it means one; for prices agreed with it."""
    text = reading.text(str(editor.header.data.get("client") or ""))
    found = find(editor.catalogue.company, text) if text else []
    return found[0].pk if len(found) == 1 else None


def with_client(editor: DocumentEditor, draft: Draft) -> Draft:
    """`draft` for the client the header means, where a line leaves its tax to the rules and the preview left it unread."""
    if draft.client_id or not any(line.automatic for line in draft.lines):
        return draft
    return replace(draft, client_id=client_id_of(editor) or 0)


def _more(editor: DocumentEditor, key: str) -> None:
    place = editor.lines.at(key)
    if place is not None:
        editor.lines[place].more = True
        editor.lines[place].focus = cells.MORE[0]


def _terms(editor: DocumentEditor) -> None:
    editor.header.is_valid()
    if client := editor.header.cleaned_data.get("client"):
        editor.set_header(**terms_of(editor.catalogue, client))
