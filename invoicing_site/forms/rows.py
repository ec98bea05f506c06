"""Rows of a form that may stay blank, and pages that only grow by a row."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory

if TYPE_CHECKING:
    RowSet = BaseFormSet["Row"]
else:
    RowSet = BaseFormSet


class Row(forms.Form):
    """A row of `Rows`: left blank, or with nothing visible typed, it does not count."""

    def has_changed(self) -> bool:
        typed = [self.fields[name] for name in self.changed_data if name not in ("DELETE", "ORDER")]
        return any(not field.widget.is_hidden for field in typed)


class Rows(RowSet):
    """A formset whose rows may all stay blank; `rows()` are those that count."""

    def _construct_form(self, i: int, **kwargs: Any) -> Row:
        made: Row = super()._construct_form(i, **{**kwargs, "empty_permitted": True})  # type: ignore[misc]
        return made

    def rows(self) -> list[Row]:
        """Filled rows not marked for removal, in their order; the n-th is what a verb calls ``prefix.n``."""
        deleted = set(map(id, self.deleted_forms)) if self.can_delete else set()
        filled = [form for form in self.forms if form.has_changed() and id(form) not in deleted]
        if not self.can_order:
            return filled
        places = {id(form): place for place, form in enumerate(filled)}
        return sorted(filled, key=lambda form: (form.cleaned_data.get("ORDER") or len(filled), places[id(form)]))


def rows_of(row: type[Row], *, extra: int = 1, max_num: int = 50, can_order: bool = False) -> type[Rows]:
    """The formset class of `row`: `extra` blank rows below the filled ones, at most `max_num` in all."""
    made = formset_factory(
        row,
        formset=Rows,
        extra=extra,
        max_num=max_num,
        absolute_max=max_num + 10,
        validate_max=True,
        can_delete=True,
        can_order=can_order,
    )
    return cast("type[Rows]", made)


def typed(form: forms.BaseForm) -> dict[str, Any]:
    """What was typed into a bound form, unchecked: the `initial` of a page that only grew by a row."""
    return {
        name: field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
        for name, field in form.fields.items()
    }


def typed_rows(rows: Rows) -> list[dict[str, Any]]:
    """The same for each row of a bound formset."""
    return [typed(form) for form in rows.forms]


def grown(rows: type[Rows], data: Mapping[str, Any], prefix: str, **form_kwargs: Any) -> Rows:
    """The rows in `data` as typed, unchecked, and one more blank one: the answer to "add a row" without JavaScript."""
    typed_in = rows(data, prefix=prefix, form_kwargs=form_kwargs)
    return rows(initial=typed_rows(typed_in), prefix=prefix, form_kwargs=form_kwargs)
