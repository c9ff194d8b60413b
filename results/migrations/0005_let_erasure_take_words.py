"""Let an erasure take the words of outcomes; what they count, and everything else, stays guarded."""

from django.db import migrations

from courses.kernel.guards import Guard


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0006_guard_looks_and_erasures"),
        ("results", "0004_guard_shown_marks"),
    ]

    operations = [
        Guard("outcome", may_erase=["overall", "next_steps", "reason", "sha256"], replaces=True),
        Guard("outcomeline", may_erase=["remark", "next_step", "slot_label"], replaces=True),
        Guard("outcomepassage", may_erase=["quote"], replaces=True),
        Guard("adjustment", may_erase=["reason"], replaces=True),
    ]
