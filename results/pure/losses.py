"""What each file of marks cannot carry: sentences that stand beside its download."""

LOSSES: dict[str, tuple[str, ...]] = {
    "marks": (
        "Points only: the levels’ names, passages and comments are in the file of all scores.",
        "Not attempted is NA, never 0. Absent and excused students have blanks.",
        "Which criteria counted, and how lateness was worked out, are told on the feedback page only.",
    ),
    "scores": (
        "Only what is released (or, by code, rehearsed) has rows. Totals are in the file of marks.",
        "Passages are quoted without their place in the essay; the comment about the whole essay is left out.",
        "What a cell cannot hold (32,767 characters) ends with “…”.",
        "The rubric’s descriptors are left out.",
    ),
    "canvas": (
        "One total a student. Criteria, passages, comments, reasons and grade words stay here.",
        "Excused is EX. Absent and not released are blank, and Canvas leaves blanks as they are.",
        "Canvas’s own numbers (ID) are not known here: students are found by SIS User ID and SIS Login ID.",
        "A new column makes a new assignment in Canvas. To fill the one you have, bring in its export instead.",
        "A Canvas file does not say when a grade was given, so look in Canvas which of the two is newer.",
    ),
    "moodle": (
        "One grade a student, and the comments as plain text. Criteria, passages and links stay here.",
        "Where Moodle’s maximum is another, grades are scaled and rounded to two decimals; each such row says so.",
        "Excused, absent and not released are left as they are in the file. Locked grades too.",
        "Moodle’s own dates are not touched: it refuses a grade that was changed there meanwhile.",
        "A worksheet of an anonymous assignment has no names: its rows cannot be matched.",
    ),
    "offline": (
        "Levels, comments and next steps go out and come back.",
        "Passages, own labels, flags and “no single passage” stay at the desk, as they are.",
        "Finishing is done at the desk.",
    ),
}
