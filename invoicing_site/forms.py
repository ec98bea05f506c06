"""What forms share: refusals of verbs at their field, decimals as the reader writes them, rows that may stay blank."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from babel.numbers import NumberFormatError, parse_decimal
from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from invoicing_site.errors import BusinessError
from invoicing_site.formats import babel_locale
from invoicing_site.messages import sentence

if TYPE_CHECKING:
    RowSet = BaseFormSet["Row"]
else:
    RowSet = BaseFormSet


class DecimalField(forms.DecimalField):
    """A number with the separators of the active language: 1.234,5 in German, 1,234.5 in English. Never rounded."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("inputmode", "decimal")
        self.widget.attrs.setdefault("autocomplete", "off")

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if isinstance(value, Decimal) or value in self.empty_values:
            return super().to_python(value)
        text = str(value).strip()
        if any(c.isalpha() for c in text):  # NaN, Infinity, 1e5
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        try:
            return parse_decimal(text, locale=babel_locale(get_language() or "en"), strict=True)
        except NumberFormatError as refusal:
            offers = getattr(refusal, "suggestions", None)
            if offers:
                message = _("Write this number as %(offers)s.") % {"offers": " / ".join(map(str, offers))}
                raise ValidationError(message, code="invalid") from None
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        locale = babel_locale(get_language() or "en")
        plain = format(value.normalize() + 0, "f")
        return plain.replace(".", locale.number_symbols["latn"]["decimal"])


class DateField(forms.DateField):
    """A business date, picked from the browser's calendar."""

    widget = forms.DateInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        super().__init__(**kwargs)


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


class ReasonForm(forms.Form):
    """Why, if the person wants to say; history keeps it."""

    reason = forms.CharField(label=_("Reason"), required=False, max_length=100)


def add_business_error(form: forms.BaseForm, error: BusinessError, **parts: forms.BaseForm | Rows) -> None:
    """Put the sentence of `error` where its field path points.

    ``number`` is a field of `form`; ``billing.city`` the field of the form given as `billing`; ``contacts.1.email``
    that of the second counting row of the `Rows` given as `contacts`. What no field answers to stands at the top.
    """
    head, _dot, rest = (error.field or "").partition(".")
    part = parts.get(head)
    target, name = form, error.field or ""
    if isinstance(part, Rows):
        index, _dot, name = rest.partition(".")
        counting = part.rows()
        if index.isdigit() and int(index) < len(counting):
            target = counting[int(index)]
    elif part is not None:
        target, name = part, rest
    target.add_error(name if name in target.fields else None, sentence(error))


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
