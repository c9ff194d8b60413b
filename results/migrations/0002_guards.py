"""Guard the records of results against change."""

from django.db import migrations

from courses.kernel.guards import Guard


class Migration(migrations.Migration):
    dependencies = [("results", "0001_tables")]

    operations = [
        Guard("outcome"),
        Guard("outcomeline"),
        Guard("outcomepassage"),
        Guard("adjustment"),
        Guard("release", may_change=["live_at", "withdrawn_at"]),
        Guard("releaseitem"),
    ]
