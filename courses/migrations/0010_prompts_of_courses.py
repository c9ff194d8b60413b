"""Let a prompt's version belong to a course, one draft at a time in each place."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("courses", "0009_invitations")]

    operations = [
        migrations.AddField(
            model_name="promptversion",
            name="course",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="prompt_versions",
                to="courses.course",
            ),
        ),
        migrations.AddConstraint(
            model_name="promptversion",
            constraint=models.UniqueConstraint(
                fields=["prompt"],
                condition=Q(state="draft", course=None),
                name="prompt_version_one_draft_for_the_library",
            ),
        ),
        migrations.AddConstraint(
            model_name="promptversion",
            constraint=models.UniqueConstraint(
                fields=["prompt", "course"],
                condition=Q(state="draft", course__isnull=False),
                name="prompt_version_one_draft_a_course",
            ),
        ),
    ]
