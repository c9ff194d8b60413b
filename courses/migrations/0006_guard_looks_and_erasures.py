"""Guard who looked at what, what was erased, and whose data must be kept."""

from django.db import migrations

from courses.kernel.guards import Guard


class Migration(migrations.Migration):
    dependencies = [("courses", "0005_looks_and_erasures")]

    operations = [
        Guard("look", may_erase_rows=True),
        Guard("erasure", may_change=["ended_at"]),
        Guard("legalhold", may_change=["lifted_at"]),
    ]
