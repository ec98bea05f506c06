from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from PIL import Image, PngImagePlugin

from invoicing_site import files
from invoicing_site.actions.companies import change_company, change_logo
from invoicing_site.actions.periods import close_books
from invoicing_site.errors import BusinessError
from invoicing_site.images import redrawn
from invoicing_site.models import Blob, Company, Event, Period
from tests.world import AT, make_company


def change(world: Any, **fields: Any) -> Company:
    return change_company(company_id=world.company.pk, actor=world.owner, at=AT, **fields)


def stored(world: Any) -> dict[str, Any]:
    company = Company.objects.filter(pk=world.company.pk).values().get()
    return company | {
        "events": Event.objects.count(),
        "history": Company.history.count(),
        "blobs": Blob.objects.count(),
    }


def picture(format: str = "PNG", size: tuple[int, int] = (40, 20), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, format, **options)
    return out.getvalue()


def test_details_change_with_actor_and_reason(world: Any) -> None:
    change(world, city="Potsdam", net_days=30, vat_id="de 136 695 976", reason="Umzug")
    company = Company.objects.get(pk=world.company.pk)
    assert (company.city, company.net_days, company.vat_id) == ("Potsdam", 30, "DE136695976")
    row = company.history.first()
    assert (row.history_user, row.history_change_reason) == (world.owner, "Umzug")
    assert Event.objects.latest("id").data == {"fields": ["city", "net_days"]}
    before = stored(world)
    change(world, city="Potsdam")
    assert stored(world) == before


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"name": ""}, "field.invalid", "name"),
        ({"email": "x"}, "field.invalid", "email"),
        ({"country": "EU"}, "country.unknown", "country"),
        ({"language": "tlh"}, "language.unknown", "language"),
        ({"time_zone": "Etc/GMT+5"}, "company.zone", "time_zone"),
        ({"time_zone": "Mars/Olympus"}, "company.zone", "time_zone"),
        ({"fiscal_year_start": 13}, "field.invalid", "fiscal_year_start"),
        ({"net_days": 3651}, "terms.net_days", "net_days"),
        ({"vat_id": "DE136695975"}, "client.tax_id", "vat_id"),
        ({"tax_number": "<b>"}, "client.tax_id", "tax_number"),
        ({"tax_currency": "BGN"}, "currency.unknown", "tax_currency"),
        ({"tax_currency": "XAU"}, "currency.unknown", "tax_currency"),
        ({"endpoint": "1"}, "endpoint.scheme", "endpoint_scheme"),
        ({"endpoint_scheme": "0088"}, "endpoint.value", "endpoint"),
        ({"currency": "USD"}, "company.fixed", "currency"),
        ({"slug": "other"}, "company.fixed", "slug"),
        ({"data_region": "US"}, "company.fixed", "data_region"),
    ],
)
def test_wrong_details_are_refused_at_their_field(world: Any, fields: dict[str, Any], code: str, field: str) -> None:
    before = stored(world)
    with pytest.raises(BusinessError) as refusal:
        change(world, **({"city": "Potsdam"} | fields))
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert stored(world) == before


@pytest.mark.django_db
def test_a_company_is_founded_only_in_the_region_of_the_installation() -> None:
    with pytest.raises(BusinessError) as refusal:
        make_company("elsewhere", data_region="MOON")
    assert (refusal.value.code, refusal.value.params) == ("company.region", {"region": settings.DATA_REGION})
    assert not Company.objects.filter(slug="elsewhere").exists()
    assert make_company("here").data_region == settings.DATA_REGION


@pytest.mark.parametrize(("format", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
def test_a_logo_is_kept_redrawn_and_encrypted(world: Any, format: str, media_type: str) -> None:
    data = picture(format)
    company = change_logo(company_id=world.company.pk, picture=data, actor=world.owner, at=AT)
    blob = company.logo
    assert blob is not None
    assert (blob.company, blob.media_type) == (world.company, media_type)
    kept = files.fetch(blob)
    assert Image.open(io.BytesIO(kept)).size == (40, 20)
    [stored_file] = [path for path in Path(settings.FILE_STORE).rglob("*") if path.is_file()]
    assert kept not in stored_file.read_bytes()
    assert Event.objects.latest("id").type == "company.logo_changed"
    told = Event.objects.count()
    change_logo(company_id=world.company.pk, picture=data, actor=world.owner, at=AT)
    assert Event.objects.count() == told
    assert change_logo(company_id=world.company.pk, picture=None, actor=world.owner, at=AT).logo is None


def test_nothing_hidden_in_a_picture_is_kept() -> None:
    secret = PngImagePlugin.PngInfo()
    secret.add_text("Comment", "<script>alert(1)</script>")
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    exif[0x0112] = 6  # turned
    for data in (picture("PNG", pnginfo=secret), picture("PNG") + b"PK\3\4 zip", picture("JPEG", exif=exif)):
        kept, _media_type = redrawn(data)
        assert b"script" not in kept
        assert b"zip" not in kept
        assert b"home" not in kept
    assert Image.open(io.BytesIO(redrawn(picture("JPEG", exif=exif))[0])).size == (20, 40)


BROKEN = {
    "text": b"not a picture",
    "empty": b"",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "gif": picture("GIF"),
    "bmp": picture("BMP"),
    "cut": picture(size=(300, 300))[:120],
    "wide": picture(size=(4001, 1)),
    "hollow": b"\x89PNG\r\n\x1a\n" + b"\0" * 40,
    "large": picture() + b"\0" * 1024 * 1024,
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_small_picture_is_refused(world: Any, name: str) -> None:
    before = stored(world)
    with pytest.raises(BusinessError) as refusal:
        change_logo(company_id=world.company.pk, picture=BROKEN[name], actor=world.owner, at=AT)
    assert (refusal.value.code, refusal.value.field) == ("logo.invalid", "logo")
    assert stored(world) == before


def test_books_close_forward_through_yesterday(world: Any) -> None:
    close_books(
        company_id=world.company.pk, through=dt.date(2026, 2, 28), actor=world.accountant, at=AT, reason="Monat"
    )
    period = Period.objects.get(company=world.company)
    assert period.closed_through == dt.date(2026, 2, 28)
    assert period.history.first().history_change_reason == "Monat"
    for day, code in ((28, "period.backwards"), (27, "period.backwards")):
        with pytest.raises(BusinessError) as refusal:
            close_books(company_id=world.company.pk, through=dt.date(2026, 2, day), actor=None, at=AT)
        assert (refusal.value.code, refusal.value.field) == (code, "through")
    with pytest.raises(BusinessError) as refusal:
        close_books(company_id=world.company.pk, through=dt.date(2026, 3, 16), actor=None, at=AT)
    assert refusal.value.code == "period.future"
    assert Period.objects.get(company=world.company).closed_through == dt.date(2026, 2, 28)
