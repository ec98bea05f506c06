"""Decimals as the reader writes them, business dates, reasons."""

from decimal import Decimal
from typing import Any

from babel.numbers import NumberFormatError, parse_decimal
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from invoicing_site.formats import babel_locale


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


class ReasonForm(forms.Form):
    """Why, if the person wants to say; history keeps it."""

    reason = forms.CharField(label=_("Reason"), required=False, max_length=100)
