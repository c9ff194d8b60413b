"""Guard confirmed maps, and the columns that versions gained."""

from django.db import migrations

from courses.kernel.guards import Guard


class Migration(migrations.Migration):
    dependencies = [("rubrics", "0003_maps_course_versions_and_own_comments")]

    operations = [
        Guard("rubricversion", frozen_when="{row}.state <> 'draft'", may_change=["state"], replaces=True),
        Guard("versionmap"),
        Guard("keymap"),
    ]
