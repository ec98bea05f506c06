import uuid

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import invoicing_site.guards


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0004_documents_everywhere"),
        ("invoicing_site", "0007_documents_everywhere"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="exchangerate",
            name="derivation",
            field=models.CharField(blank=True, default="", max_length=80, verbose_name="derivation"),
        ),
        migrations.AddField(
            model_name="exchangerate",
            name="imported",
            field=models.BooleanField(default=False, verbose_name="imported"),
        ),
        migrations.AddField(
            model_name="historicalexchangerate",
            name="derivation",
            field=models.CharField(blank=True, default="", max_length=80, verbose_name="derivation"),
        ),
        migrations.AddField(
            model_name="historicalexchangerate",
            name="imported",
            field=models.BooleanField(default=False, verbose_name="imported"),
        ),
        migrations.CreateModel(
            name="HistoricalRateFile",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("uuid", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("request_id", models.CharField(blank=True, default="", max_length=64)),
                ("occurred_at", models.DateTimeField(null=True)),
                ("database_role", models.CharField(blank=True, default="", max_length=63)),
                (
                    "origin",
                    models.CharField(
                        choices=[("upload", "Uploaded"), ("command", "By command"), ("source", "Fetched")],
                        max_length=10,
                        verbose_name="origin",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("since", models.DateField(null=True, verbose_name="rates since")),
                ("first_day", models.DateField(null=True, verbose_name="first day")),
                ("last_day", models.DateField(null=True, verbose_name="last day")),
                ("new", models.PositiveIntegerField(default=0, verbose_name="new")),
                ("same", models.PositiveIntegerField(default=0, verbose_name="the same")),
                ("kept", models.PositiveIntegerField(default=0, verbose_name="kept")),
                ("doubtful", models.PositiveIntegerField(default=0, verbose_name="unusual")),
                ("problem", models.CharField(blank=True, max_length=40, verbose_name="problem")),
                ("taken_at", models.DateTimeField(verbose_name="taken")),
                ("stored_at", models.DateTimeField(null=True, verbose_name="stored")),
                ("history_change_reason", models.CharField(max_length=300, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "blob",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="invoicing_site.blob",
                        verbose_name="file",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="invoicing_site.company",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="taken by",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical file of exchange rates",
                "verbose_name_plural": "historical files of exchange rates",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="RateFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "origin",
                    models.CharField(
                        choices=[("upload", "Uploaded"), ("command", "By command"), ("source", "Fetched")],
                        max_length=10,
                        verbose_name="origin",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("since", models.DateField(null=True, verbose_name="rates since")),
                ("first_day", models.DateField(null=True, verbose_name="first day")),
                ("last_day", models.DateField(null=True, verbose_name="last day")),
                ("new", models.PositiveIntegerField(default=0, verbose_name="new")),
                ("same", models.PositiveIntegerField(default=0, verbose_name="the same")),
                ("kept", models.PositiveIntegerField(default=0, verbose_name="kept")),
                ("doubtful", models.PositiveIntegerField(default=0, verbose_name="unusual")),
                ("problem", models.CharField(blank=True, max_length=40, verbose_name="problem")),
                ("taken_at", models.DateTimeField(verbose_name="taken")),
                ("stored_at", models.DateTimeField(null=True, verbose_name="stored")),
                (
                    "blob",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="invoicing_site.blob",
                        verbose_name="file",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="invoicing_site.company",
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="taken by",
                    ),
                ),
            ],
            options={
                "verbose_name": "file of exchange rates",
                "verbose_name_plural": "files of exchange rates",
                "ordering": ["-taken_at", "-id"],
                "abstract": False,
                "indexes": [models.Index(fields=["company", "-taken_at", "-id"], name="ratefile_by_time")],
                "constraints": [
                    models.UniqueConstraint(fields=("company", "id"), name="billing_ratefile_owned"),
                    invoicing_site.guards.SameCompany(field="blob", name="ratefile_blob"),
                    invoicing_site.guards.History(name="ratefile_history"),
                ],
            },
        ),
    ]
