import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0002_jump'),
        ('clients', '0001_initial'),
        ('invoicing_site', '0002_otp_device'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='document',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('purchase_order'), 'gin_trgm_ops'), condition=models.Q(('purchase_order', ''), _negated=True), name='document_order_part'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['company', 'total'], name='document_by_total'),
        ),
    ]
