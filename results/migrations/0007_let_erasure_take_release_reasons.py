"""Let an erasure take the reason of a release that named nobody else; when it was shown stays guarded."""

from django.db import migrations

from courses.kernel.guards import Guard


class Migration(migrations.Migration):
    dependencies = [
        ("results", "0006_brought_worksheets"),
    ]

    operations = [
        Guard("release", may_change=["live_at", "withdrawn_at"], may_erase=["reason"], replaces=True),
    ]
