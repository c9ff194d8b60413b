"""The journal's words for assignments and for what is written."""

from courses.pure.journal import Phrase

PHRASES = {
    "duplicate_assignment": Phrase("set an assignment once more"),
    "set_assignment": Phrase("set the assignment"),
    "edit_assignment": Phrase("changed the assignment"),
    "switch_record": Phrase("switched the writing record {after}"),
    "change_rule": Phrase("changed how the assignment counts"),
    "change_rubric": Phrase("set another version of the rubric for the assignment"),
    "open_brief": Phrase("opened the brief for the first time", shown=True, apart=True),
    "open_draft": Phrase("began to write", shown=True, apart=True),
    "start_draft": Phrase("started the clock and began to write", shown=True, apart=True),
    "begin_break": Phrase("began a rest break", shown=True, apart=True),
    "end_break": Phrase("ended {whose} rest break", shown=True, apart=True),
    "submit_essay": Phrase("handed in {whose} essay", shown=True, apart=True),
    "submit_on_behalf": Phrase("handed in {whose} essay for {person}", shown=True, apart=True),
    "collect_essay": Phrase("collected {whose} essay when the time was over", shown=True, apart=True),
    "close_empty_draft": Phrase("closed {whose} draft, which held no words", shown=True, apart=True),
    "close_reopened_draft": Phrase("closed {whose} draft again; what was handed in stands", shown=True, apart=True),
    "withdraw_submission": Phrase("withdrew {whose} hand-in", shown=True, apart=True),
    "reopen_draft": Phrase("opened {whose} draft again", shown=True, apart=True),
    "return_for_another_draft": Phrase("gave {whose} essay back for another draft", shown=True, apart=True),
    "decide_collected": Phrase("decided about {whose} collected essay: {after}", shown=True, apart=True),
    "bring_in_rescue": Phrase("brought in a rescue file with {whose} words", shown=True, apart=True),
    "open_late_words": Phrase("read {whose} late words while marking was blind", shown=True),
    "take_late_words": Phrase("took {whose} late words as the essay", shown=True, apart=True),
    "leave_late_words": Phrase("left {whose} late words aside", shown=True, apart=True),
    "extend": Phrase("gave {person} more time", shown=True),
    "record_standing": Phrase("recorded {person} as {after}", shown=True),
    "lift_standing": Phrase("took back that {person} was recorded as {before}", shown=True),
}
