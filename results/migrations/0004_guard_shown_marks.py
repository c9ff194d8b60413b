"""Guard the moment a mark was shown."""

from django.db import migrations

from courses.kernel.guards import Guard


class Migration(migrations.Migration):
    dependencies = [("results", "0003_self_markings_and_shown_marks")]

    operations = [Guard("markshown", may_delete=True)]
