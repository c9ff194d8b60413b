"""A step that was undone keeps what the draft said after it, so that it can be done again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rubrics", "0005_draft_steps")]

    operations = [
        migrations.AddField(
            model_name="draftstep", name="undone", field=models.BinaryField(blank=True, null=True, editable=False)
        ),
    ]
