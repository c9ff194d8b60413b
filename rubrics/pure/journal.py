"""The journal's words for what is done to rubrics, their versions and their comments."""

from courses.pure.journal import Phrase

PHRASES = {
    "import_rubric": Phrase("brought a rubric in from a file"),
    "edit_rubric": Phrase("changed a rubric’s name"),
    "draft_rubric_version": Phrase("began the next version of a rubric"),
    "add_criterion": Phrase("added a criterion to the draft of a rubric"),
    "edit_criterion": Phrase("changed a criterion in the draft of a rubric"),
    "move_criterion": Phrase("moved a criterion in the draft of a rubric"),
    "remove_criterion": Phrase("removed a criterion from the draft of a rubric"),
    "create_rubric": Phrase("made a rubric"),
    "copy_rubric": Phrase("copied a rubric"),
    "undo_step": Phrase("undid a step in the draft of a rubric"),
    "restore_rubric_version": Phrase("brought back an archived version of a rubric"),
    "add_strand": Phrase("added a strand to the draft of a rubric"),
    "move_strand": Phrase("moved a strand in the draft of a rubric"),
    "remove_strand": Phrase("removed a strand from the draft of a rubric"),
    "edit_strand": Phrase("changed a strand in the draft of a rubric"),
    "edit_counting": Phrase("changed what counts in the draft of a rubric"),
    "publish_rubric_version": Phrase("published a version of a rubric"),
    "archive_rubric_version": Phrase("archived a version of a rubric"),
    "discard_rubric_version": Phrase("threw away the draft of a rubric"),
    "confirm_map": Phrase("confirmed where scores go from one version of a rubric to another"),
    "edit_exemplar": Phrase("changed an exemplar"),
    "edit_bank": Phrase("changed the comments that come with a rubric: {after}"),
    "add_bank_comment": Phrase("added a comment to the bank"),
    "edit_bank_comment": Phrase("changed a comment of the bank"),
    "archive_bank_comment": Phrase("archived a comment of the bank"),
    "restore_bank_comment": Phrase("brought back a comment of the bank"),
}
