"""The first data keys, committed before anything is sealed with them."""

import os

from django.db import migrations

from invoicing_site import crypto


def make(apps, editor):
    DataKey = apps.get_model("invoicing_site", "DataKey")
    for purpose in ("data", "search"):
        if not DataKey.objects.filter(purpose=purpose).exists():
            name, wrapped = crypto.wrap(os.urandom(32))
            DataKey.objects.create(purpose=purpose, ring_key=name, wrapped=wrapped)


class Migration(migrations.Migration):
    dependencies = [("invoicing_site", "0002_otp_device")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
