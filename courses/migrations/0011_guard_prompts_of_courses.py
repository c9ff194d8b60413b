"""Guard a published prompt's course too."""

from django.db import migrations

from courses.kernel.guards import Guard


class Migration(migrations.Migration):
    dependencies = [("courses", "0010_prompts_of_courses")]

    operations = [
        Guard("promptversion", frozen_when="{row}.state <> 'draft'", may_change=["state"], replaces=True),
    ]
