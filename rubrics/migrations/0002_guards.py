"""Guard the records of rubrics against change."""

from django.db import migrations

from courses.kernel.guards import Guard

PUBLISHED = "(SELECT v.state FROM rubrics_rubricversion v WHERE v.id = {row}.version_id) <> 'draft'"
MODE_PUBLISHED = (
    "(SELECT v.state FROM rubrics_rubricversion v JOIN rubrics_mode m ON m.version_id = v.id"
    " WHERE m.id = {row}.mode_id) <> 'draft'"
)
CRITERION_PUBLISHED = (
    "(SELECT v.state FROM rubrics_rubricversion v JOIN rubrics_criterion c ON c.version_id = v.id"
    " WHERE c.id = {row}.criterion_id) <> 'draft'"
)


class Migration(migrations.Migration):
    dependencies = [("rubrics", "0001_tables")]

    operations = [
        Guard("rubricversion", frozen_when="{row}.state <> 'draft'", may_change=["state"]),
        Guard("gradeword", frozen_when=PUBLISHED, sealed_insert=True),
        Guard("strand", frozen_when=PUBLISHED, sealed_insert=True),
        Guard("mode", frozen_when=PUBLISHED, sealed_insert=True),
        Guard("criterion", frozen_when=PUBLISHED, sealed_insert=True),
        Guard("countingrule", frozen_when=MODE_PUBLISHED, sealed_insert=True),
        Guard("level", frozen_when=CRITERION_PUBLISHED, sealed_insert=True),
        Guard("exemplar", may_change=["title", "audience", "prompt_version"], may_delete=True),
    ]
