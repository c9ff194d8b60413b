"""The journal's words for papers and markings."""

from courses.pure.journal import Phrase

PHRASES = {
    "make_papers": Phrase("made papers to mark ({after})", apart=True),
    "retire_papers": Phrase("took papers back from marking ({after})", apart=True),
    "make_exemplar_paper": Phrase("made a paper of an exemplar{on}"),
    "freeze_papers": Phrase("froze the markings of released papers ({after})", apart=True),
    "thaw_papers": Phrase("let markings be changed again ({after})", apart=True),
    "allot_papers": Phrase("shared the papers out ({after})"),
    "pin_papers": Phrase("gave papers to a marker by code ({after})"),
    "allot_second": Phrase("asked for a second marking{on}", apart=True),
    "allot_second_sample": Phrase("asked for second markings of a sample ({after})"),
    "open_marking": Phrase("began to mark{on}", apart=True),
    "finish_marking": Phrase("finished a marking{on}", apart=True),
    "reopen_marking": Phrase("opened a finished marking again{on}", apart=True),
    "settle_kept_batch": Phrase("decided between marks set in two tabs{on}", apart=True),
    "reword_uses": Phrase("gave comments better words{on}", apart=True),
    "free_lease": Phrase("freed a paper that somebody held{on}", apart=True),
    "copy_markings": Phrase("copied markings to another version of the rubric ({after})"),
    "carry_markings": Phrase("went on with another version of the rubric ({after})"),
    "raise_flag": Phrase("raised a flag{on}: {after}", apart=True),
    "clear_flag": Phrase("took down a flag{on}: {before}", apart=True),
    "take_offline": Phrase("took papers along to mark away from the desk ({after})"),
    "bring_offline": Phrase("brought a file of marks back to compare"),
    "merge_offline": Phrase("wrote a file of marks to their markings ({after})"),
    "undo_merge": Phrase("took the merge of a file back ({after})"),
    "open_identity": Phrase("opened whose paper it is{on}", apart=True),
}
