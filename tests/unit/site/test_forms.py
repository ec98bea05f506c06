from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import translation

from invoicing_site.errors import BusinessError
from invoicing_site.forms import DecimalField, Row, add_business_error, grown, rows_of

FIELD = DecimalField(max_digits=19, decimal_places=6)


@pytest.mark.parametrize(
    ("language", "typed", "value"),
    [
        ("en", "1,234.5", "1234.5"),
        ("en", " 0.000001 ", "0.000001"),
        ("en", "-3", "-3"),
        ("de", "1.234,5", "1234.5"),
        ("de", "1234,50", "1234.50"),
        ("de", "1.234", "1234"),
    ],
)
def test_decimals_are_read_as_the_language_writes_them(language: str, typed: str, value: str) -> None:
    with translation.override(language):
        read = FIELD.clean(typed)
        assert read == Decimal(value)
        assert FIELD.clean(FIELD.prepare_value(read)) == read


@pytest.mark.parametrize(
    ("language", "typed", "sentence"),
    [
        ("en", "1,5", "Write this number as 15 / 1.5."),
        ("en", "twelve", "Enter a number."),
        ("en", "NaN", "Enter a number."),
        ("en", "Infinity", "Enter a number."),
        ("en", "1e5", "Enter a number."),
        ("en", "1 234", "Enter a number."),
        ("en", "0.0000001", "Ensure that there are no more than 6 decimal places."),
        ("en", "", "This field is required."),
    ],
)
def test_what_could_mean_two_numbers_is_refused(language: str, typed: str, sentence: str) -> None:
    with translation.override(language), pytest.raises(ValidationError) as refusal:
        FIELD.clean(typed)
    assert refusal.value.messages == [sentence]


def test_german_separators_are_offered_in_german() -> None:
    with translation.override("de"), pytest.raises(ValidationError) as refusal:
        FIELD.clean("1.5")
    assert "15 / 1,5" in refusal.value.messages[0]


class Person(Row):
    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField()
    email = forms.CharField(required=False)


People = rows_of(Person, max_num=3, can_order=True)


def post(*rows: dict[str, Any]) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update({"people-TOTAL_FORMS": str(len(rows)), "people-INITIAL_FORMS": "0"})
    for index, row in enumerate(rows):
        data.update({f"people-{index}-{name}": value for name, value in row.items()})
    return data


def test_blank_rows_and_rows_marked_for_removal_do_not_count() -> None:
    people = People(post({"id": "7"}, {"name": "Ada", "ORDER": "2"}, {"name": "Eve", "DELETE": "on"}), prefix="people")
    assert people.is_valid(), people.errors
    assert [row.cleaned_data["name"] for row in people.rows()] == ["Ada"]


def test_rows_count_in_the_order_people_gave_them() -> None:
    rows = ({"name": "Cy", "ORDER": "3"}, {"name": "Ada", "ORDER": "1"}, {"name": "Bo", "ORDER": "2"})
    people = People(post(*rows), prefix="people")
    assert people.is_valid()
    assert [row.cleaned_data["name"] for row in people.rows()] == ["Ada", "Bo", "Cy"]


def test_a_half_filled_row_is_refused_where_it_is_empty() -> None:
    people = People(post({"email": "a@example.com"}), prefix="people")
    assert not people.is_valid()
    assert people.errors == [{"name": ["This field is required."]}]


def test_one_more_row_keeps_what_was_typed_and_complains_of_nothing() -> None:
    people = grown(People, post({"email": "not yet complete"}), "people")
    assert [form["email"].value() for form in people.forms] == ["not yet complete", None]
    assert not people.is_bound


class Whole(forms.Form):
    number = forms.CharField(required=False)


def test_refusals_stand_at_the_field_they_name() -> None:
    people = People(post({"id": "1"}, {"name": "Ada"}, {"name": "Bo"}), prefix="people")
    form, address = Whole({}), Person({"name": "x"})
    assert [people.is_valid(), form.is_valid(), address.is_valid()] == [True, True, True]
    for field in ("number", "people.1.email", "address.email", "people.9.email", "nowhere", None):
        add_business_error(form, BusinessError("client.archived", field), people=people, address=address)
    sentence = "This client is archived. Restore it first."
    assert form.errors == {"number": [sentence], "__all__": [sentence] * 3}
    assert [row.errors for row in people.forms] == [{}, {}, {"email": [sentence]}]
    assert address.errors == {"email": [sentence]}
