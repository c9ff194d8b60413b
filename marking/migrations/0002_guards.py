"""Guard the records of marking against change."""

from django.db import migrations

from courses.kernel.guards import Guard


class Migration(migrations.Migration):
    dependencies = [("marking", "0001_tables")]

    operations = [
        Guard("mutation"),
        Guard("identityopened"),
        Guard("keptbatch", may_change=["settled_at"], may_delete=True),
    ]
