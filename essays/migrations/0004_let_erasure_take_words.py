"""Let an erasure take the words of revisions and of decisions about late words; everything else stays guarded."""

from django.db import migrations

from courses.kernel.guards import Guard


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0006_guard_looks_and_erasures"),
        ("essays", "0003_evidence_self_marking_and_late_marks"),
    ]

    operations = [
        Guard("revision", delete_when="{row}.keep", may_erase=["body"], may_erase_rows=True, replaces=True),
        Guard("latedecision", may_erase=["reason"], replaces=True),
    ]
