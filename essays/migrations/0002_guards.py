"""Guard the records of essays against change."""

from django.db import migrations

from courses.kernel.guards import Guard


class Migration(migrations.Migration):
    dependencies = [("essays", "0001_tables")]

    operations = [
        Guard("submission", may_change=["decided_at", "withdrawn_at"]),
        Guard("reading", may_delete=True),
        Guard("revision", delete_when="{row}.keep"),
        Guard("writingevent", may_delete=True),
        Guard("latedecision"),
    ]
