"""Guard the records of courses against change."""

from django.db import migrations

from courses.kernel.guards import Guard

PUBLISHED = "(SELECT v.state FROM courses_promptversion v WHERE v.id = {row}.prompt_version_id) <> 'draft'"


class Migration(migrations.Migration):
    dependencies = [("courses", "0001_tables")]

    operations = [
        Guard("promptversion", frozen_when="{row}.state <> 'draft'", may_change=["state"]),
        Guard("source", frozen_when=PUBLISHED, sealed_insert=True),
        Guard("entry"),
        Guard("seal"),
    ]
