"""What is kept about people: every table with its purpose, who sees it, how long it stays, and what erasing does.

One list, read four times: a person's copy is made from it, an erasure goes through it, retention runs by it, and the
page for a school's impact assessment is printed from it. A test compares it with the models: a table that is about
somebody and not named here fails it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

ERASED = "[erased]"
"""What stands in the place of words that were erased, where a record must have some."""

STAYS, GOES, BLANK, APART = "stays", "goes", "blank", "apart"
"""What an erasure does with a row: leaves it, deletes it, empties its words; `apart`: an action of its own does it."""


@dataclass(frozen=True, slots=True)
class Holding:
    """One table. `person` is the way from its row to whom it is about; empty where it is about nobody by itself.

    `gives` is what a person's copy holds of a row: heading → field. `blanks`: field → what stands there afterwards.
    `staff`: it names somebody who worked on it, by id alone.
    """

    model: str
    what: str
    why: str
    seen_by: str
    keeps: str
    person: str = ""
    gives: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    erasing: str = STAYS
    blanks: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    staff: bool = False

    @property
    def way_to_draft(self) -> str:
        """The way from its row to the draft it comes from, where there is one."""
        return self.person.removesuffix("__author") if self.person.endswith("draft__author") else ""


SELF = "the person"
TEACHERS = "the course’s teachers"
BY_CODE = "markers, by code and without a name"
ADMINS = "admins"
DRAFT, SUBMISSION = "draft__author", "submission__draft__author"
MARKED = "marking__allotment__paper__submission__draft__author"
TEACHING, WRITING, ASSESSING, ACCOUNT = (
    "to know who is in which course and what for",
    "to write an essay and lose no word of it",
    "to assess the essay and to say why",
    "to account for what was done, and for disputes",
)

HOLDINGS: Sequence[Holding] = (
    # ------------------------------------------------------------ people
    Holding(
        "courses.User",
        "The account: name, username, e-mail, password (hashed), reading settings, keys of the desk",
        TEACHING,
        f"{SELF}, {TEACHERS}, {ADMINS}",
        "people",
        person="pk",
        erasing=APART,
        gives={
            "Username": "username",
            "First name": "first_name",
            "Last name": "last_name",
            "E-mail": "email",
            "Account made": "date_joined",
            "Last sign-in": "last_login",
            "Reading settings": "reading_settings",
            "Keys of the marking desk": "marking_keys",
        },
    ),
    Holding(
        "courses.Enrolment",
        "Who is in which course, as what",
        TEACHING,
        f"{SELF}, {TEACHERS}, {ADMINS}",
        "people",
        person="person",
        erasing=BLANK,
        blanks={"external_id": ""},
        gives={
            "Course": "course__title",
            "As": "role",
            "Since": "enrolled_at",
            "Came by": "source",
            "Number elsewhere": "external_id",
        },
    ),
    Holding(
        "courses.Arrangement",
        "Standing adjustments: extra time, rest breaks, spell check",
        "to make assessment fair for this student",
        f"{SELF}, {TEACHERS}, {ADMINS}; markers see the wording alone",
        "people",
        person="enrolment__person",
        erasing=GOES,
        gives={
            "Course": "enrolment__course__title",
            "Extra time in %": "extra_percent",
            "Breaks stop the clock": "breaks_stop_clock",
            "Later close, hours": "later_close_hours",
            "Spell check": "spell_check",
            "Wording for markers": "wording",
        },
    ),
    Holding(
        "courses.LegalHold",
        "That a person’s data must not be erased for now",
        "because the law says so",
        ADMINS,
        "people",
        person="person",
        staff=True,
    ),
    Holding(
        "courses.Erasure",
        "Whose data was erased, by number alone",
        "to erase it again after a backup was restored",
        ADMINS,
        "journal",
        staff=True,
    ),
    Holding(
        "account.EmailAddress",
        "E-mail addresses to sign in with",
        TEACHING,
        f"{SELF}, {ADMINS}",
        "people",
        person="user",
        erasing=GOES,
        gives={"E-mail": "email", "Confirmed": "verified"},
    ),
    Holding(
        "account.EmailConfirmation",
        "Links sent to confirm an address",
        TEACHING,
        "nobody",
        "people",
        person="email_address__user",
        erasing=GOES,
    ),
    Holding(
        "courses.Session",
        "Who is signed in, on which kind of device, since when",
        "to keep somebody signed in, and to let them end it",
        SELF,
        "sessions",
        person="person",
        erasing=GOES,
        gives={"Device": "device", "Signed in": "signed_in_at", "Last seen": "seen_at", "Ends": "expire_date"},
    ),
    Holding(
        "courses.Attempts", "Sign-ins tried in a row, under a keyed hash", "to slow down guesses", "nobody", "sessions"
    ),
    Holding(
        "mfa.Authenticator",
        "Second factors: codes and passkeys",
        "to be sure who signs in",
        "nobody",
        "people",
        person="user",
        erasing=GOES,
        gives={"Kind": "type", "Made": "created_at", "Last used": "last_used_at"},
    ),
    Holding(
        "socialaccount.SocialToken",
        "Tokens of the school’s own sign-in",
        "to sign in with it",
        "nobody",
        "people",
        person="account__user",
        erasing=GOES,
    ),
    Holding(
        "socialaccount.SocialAccount",
        "The link to the school’s own sign-in",
        "to sign in with it",
        f"{SELF}, {ADMINS}",
        "people",
        person="user",
        erasing=GOES,
        gives={"Provider": "provider", "Number there": "uid", "Since": "date_joined", "Last sign-in": "last_login"},
    ),
    Holding(
        "courses.Invitation",
        "Who was invited by mail, and by whom",
        "to let people come without anybody knowing their password",
        f"{TEACHERS}, {ADMINS}",
        "people",
        person="accepted_by",
        erasing=APART,
        gives={"Course": "course__title", "As": "role", "Invited": "invited_at", "Accepted": "accepted_at"},
        staff=True,
    ),
    Holding(
        "courses.JoinCode",
        "Codes by which students join a course, and who made them",
        "to let a class come in by itself",
        f"{TEACHERS}, {ADMINS}",
        "people",
        staff=True,
    ),
    Holding(
        "courses.Roster",
        "Lists of people brought in: what was not taken yet, and who read them",
        "to bring a class in, and to take it back",
        f"{TEACHERS}, {ADMINS}",
        "people",
        erasing=APART,
        staff=True,
    ),
    Holding(
        "courses.RosterAddition",
        "Which list somebody came by",
        "to take a list back",
        f"{TEACHERS}, {ADMINS}",
        "people",
        person="enrolment__person",
    ),
    Holding(
        "admin.LogEntry",
        "What operators changed by hand",
        ACCOUNT,
        "operators",
        "people",
        person="user",
        erasing=GOES,
        gives={"When": "action_time", "What": "change_message"},
        staff=True,
    ),
    # ------------------------------------------------------------ accounts of what was done
    Holding(
        "courses.Entry",
        "The journal: who changed which state, and when; ids, states and hashes",
        ACCOUNT,
        f"{SELF}, {TEACHERS}, {ADMINS}",
        "journal",
        staff=True,
    ),
    Holding(
        "courses.EntryReason",
        "Why somebody did it, in their words",
        ACCOUNT,
        f"{TEACHERS}, {ADMINS}",
        "essays",
        erasing=APART,
        staff=True,
    ),
    Holding("courses.Seal", "The journal’s chain of hashes", ACCOUNT, ADMINS, "journal"),
    Holding(
        "courses.Look",
        "Which teacher or admin read something of somebody by name",
        ACCOUNT,
        f"{SELF} (by part), {TEACHERS}, {ADMINS}",
        "looks",
        staff=True,
    ),
    Holding(
        "courses.Job",
        "Long jobs somebody began: imports, downloads",
        "to tell how far the work is",
        SELF,
        "tasks",
        person="owner",
        erasing=GOES,
        gives={"What": "title", "Begun": "queued_at", "How it ended": "state"},
    ),
    Holding("courses.JobFile", "Files such jobs made, for a week", "to be downloaded", SELF, "tasks"),
    Holding(
        "django_tasks_database.DBTaskResult",
        "Waiting and finished tasks: mail, jobs; ids",
        "to do what takes long or has to be tried again",
        "operators",
        "tasks",
    ),
    # ------------------------------------------------------------ an assignment's terms for one student
    Holding(
        "essays.BriefOpening",
        "When a student first opened the brief",
        "because the rule they read is kept for them",
        SELF,
        "people",
        person="student",
        gives={"Assignment": "assignment__title", "Opened": "opened_at"},
    ),
    Holding(
        "essays.Extension",
        "More time for one student, and why",
        "to make assessment fair for this student",
        f"{SELF}, {TEACHERS}",
        "essays",
        person="student",
        erasing=BLANK,
        blanks={"reason": ""},
        gives={
            "Assignment": "assignment__title",
            "Due": "due_at",
            "Closes": "closes_at",
            "Minutes more": "extra_minutes",
        },
    ),
    Holding(
        "essays.Standing",
        "That a student was absent or excused, and why",
        "because it is left blank in marks, not 0",
        f"{SELF}, {TEACHERS}",
        "essays",
        person="student",
        erasing=BLANK,
        blanks={"reason": ""},
        gives={"Assignment": "assignment__title", "Recorded as": "state"},
    ),
    # ------------------------------------------------------------ what is written
    Holding(
        "essays.Draft",
        "That an essay is being written: when begun, saved, ended, how long",
        WRITING,
        SELF,
        "people",
        person="author",
        erasing=APART,
        gives={
            "Assignment": "assignment__title",
            "Draft": "number",
            "State": "state",
            "Words": "words",
            "Begun": "started_at",
            "Last saved": "saved_at",
        },
    ),
    Holding(
        "essays.Revision",
        "Every kept state of the text",
        WRITING,
        f"{SELF}; late words {TEACHERS}",
        "drafts",
        person=DRAFT,
        erasing=APART,
    ),
    Holding(
        "essays.PlanItem",
        "The plan",
        WRITING,
        SELF,
        "drafts",
        person=DRAFT,
        erasing=GOES,
        gives={
            "Assignment": "draft__assignment__title",
            "Criterion": "criterion_key",
            "Will cover": "will_cover",
            "Note": "note",
        },
    ),
    Holding(
        "essays.Highlight",
        "Passages marked in the sources, with notes",
        WRITING,
        SELF,
        "drafts",
        person=DRAFT,
        erasing=GOES,
        gives={
            "Assignment": "draft__assignment__title",
            "Source": "letter",
            "Paragraph": "paragraph",
            "Words": "quote",
            "Note": "note",
            "Made": "made_at",
        },
    ),
    Holding(
        "essays.RestBreak",
        "Rest breaks that stopped the clock",
        "to give back the time",
        f"{SELF}, {TEACHERS}",
        "drafts",
        person=DRAFT,
        erasing=GOES,
        gives={"Assignment": "draft__assignment__title", "Began": "began_at", "Ended": "ended_at"},
    ),
    Holding(
        "essays.WritingEvent",
        "The writing record: how much text came in at once and from where; never the text",
        "to describe how a text came about, where the assignment says so",
        f"{SELF}; {TEACHERS} after release",
        "drafts",
        person=DRAFT,
        erasing=GOES,
        gives={
            "Assignment": "draft__assignment__title",
            "When": "at",
            "What": "kind",
            "Found": "origin",
            "Words": "words",
        },
    ),
    Holding(
        "essays.RecordNote",
        "What a student says about their writing record",
        "to let them explain it",
        f"{SELF}; {TEACHERS} after release",
        "drafts",
        person=DRAFT,
        erasing=GOES,
        gives={"Assignment": "draft__assignment__title", "About": "about", "Note": "text", "Written": "written_at"},
    ),
    Holding(
        "essays.LateDecision",
        "What was decided about words that came too late, and why",
        ACCOUNT,
        TEACHERS,
        "essays",
        person=f"revision__{DRAFT}",
        erasing=BLANK,
        blanks={"reason": ERASED},
        staff=True,
        gives={"Assignment": "revision__draft__assignment__title", "Taken": "taken", "Decided": "decided_at"},
    ),
    Holding(
        "essays.Submission",
        "The hand-in: when, how long, its hash and receipt",
        ASSESSING,
        f"{SELF}, {TEACHERS} (that it is in)",
        "people",
        person=DRAFT,
        staff=True,
        gives={
            "Assignment": "draft__assignment__title",
            "Handed in": "submitted_at",
            "How": "origin",
            "Words": "words",
            "Days late": "days_late",
            "Receipt": "receipt_number",
            "SHA-256": "sha256",
            "Withdrawn": "withdrawn_at",
        },
    ),
    Holding(
        "essays.Reading",
        "The essay as it is read",
        ASSESSING,
        f"{SELF}, {BY_CODE}, {TEACHERS} after release",
        "essays",
        person=SUBMISSION,
        erasing=APART,
    ),
    # ------------------------------------------------------------ what is judged
    Holding(
        "marking.Paper",
        "The essay under a random code",
        ASSESSING,
        f"{BY_CODE}, {TEACHERS}",
        "people",
        person=SUBMISSION,
        erasing=BLANK,
        blanks={"wording": ""},
    ),
    Holding(
        "marking.Allotment", "Who is to mark which paper", ASSESSING, f"{BY_CODE}, {TEACHERS}", "people", staff=True
    ),
    Holding("marking.MarkerShare", "How much somebody marks", ASSESSING, TEACHERS, "people", staff=True),
    Holding(
        "marking.Flag",
        "A flag on a paper: second opinion, possible copying, a worry",
        "to look after the essay or its writer",
        f"who raised it, {TEACHERS}; a worry the person named for it",
        "essays",
        person=f"paper__{SUBMISSION}",
        erasing=BLANK,
        blanks={"text": ""},
        staff=True,
    ),
    Holding(
        "marking.IdentityOpened",
        "That somebody opened whose paper it is",
        ACCOUNT,
        f"{TEACHERS}, {ADMINS}",
        "people",
        person=f"paper__{SUBMISSION}",
        staff=True,
    ),
    Holding(
        "marking.Marking",
        "One marker’s work on one paper: when begun and finished",
        ASSESSING,
        f"its marker, {TEACHERS}",
        "people",
        person=f"allotment__paper__{SUBMISSION}",
        staff=True,
    ),
    Holding(
        "marking.Score",
        "The level of one criterion",
        ASSESSING,
        f"its marker, {TEACHERS}; {SELF} after release",
        "people",
        person=MARKED,
        erasing=BLANK,
        blanks={"slot_label": ""},
    ),
    Holding(
        "marking.Remark",
        "What the marker says about a criterion",
        ASSESSING,
        f"its marker, {TEACHERS}; {SELF} after release",
        "essays",
        person=MARKED,
        erasing=BLANK,
        blanks={"text": "", "next_step": "", "bank_text": ""},
    ),
    Holding(
        "marking.Evidence",
        "Passages of the essay that show a level",
        ASSESSING,
        f"its marker, {TEACHERS}; {SELF} after release",
        "essays",
        person=MARKED,
        erasing=GOES,
    ),
    Holding(
        "marking.EvidenceLink",
        "Which criterion a passage shows",
        ASSESSING,
        f"its marker, {TEACHERS}; {SELF} after release",
        "essays",
    ),
    Holding(
        "marking.Mutation",
        "Each step of a marking, as hashes",
        "to lose no mark and set none twice",
        "its marker",
        "people",
        person=MARKED,
    ),
    Holding(
        "marking.KeptBatch",
        "Marks set in two tabs at once, until their marker chose",
        "to lose no mark",
        "its marker",
        "essays",
        person=MARKED,
        erasing=GOES,
    ),
    Holding(
        "marking.OfflineFile",
        "Which papers a marker took along, by code; levels and hashes, no words",
        "to merge what comes back",
        "its marker",
        "people",
        staff=True,
    ),
    Holding(
        "marking.OfflineMerge",
        "What a marker’s file said of papers by code, and what stood before it was merged",
        "to compare, and to take a merge back",
        "its marker",
        "people",
        erasing=APART,
    ),
    # ------------------------------------------------------------ what is told
    Holding(
        "results.ChosenMarking",
        "Which marking became the mark",
        ASSESSING,
        TEACHERS,
        "people",
        person=SUBMISSION,
        staff=True,
    ),
    Holding(
        "results.Outcome",
        "The result: total, arithmetic, next steps, comment",
        ASSESSING,
        f"{TEACHERS}; {SELF} after release",
        "essays",
        person=SUBMISSION,
        erasing=BLANK,
        blanks={"overall": "", "next_steps": [], "reason": ""},
    ),
    Holding(
        "results.OutcomeLine",
        "The result in one criterion: level, points, comment, next step",
        ASSESSING,
        f"{TEACHERS}; {SELF} after release",
        "essays",
        person=f"outcome__{SUBMISSION}",
        erasing=BLANK,
        blanks={"remark": "", "next_step": "", "slot_label": ""},
    ),
    Holding(
        "results.OutcomePassage",
        "The words that earned it",
        ASSESSING,
        f"{TEACHERS}; {SELF} after release",
        "essays",
        person=f"line__outcome__{SUBMISSION}",
        erasing=BLANK,
        blanks={"quote": ""},
    ),
    Holding(
        "results.Adjustment",
        "Points taken for lateness or changed by a teacher, and why",
        ASSESSING,
        f"{TEACHERS}; {SELF} after release",
        "essays",
        person=f"outcome__{SUBMISSION}",
        erasing=BLANK,
        blanks={"reason": ERASED},
    ),
    Holding(
        "results.Release",
        "When results of a class were shown, and why a later release changed what was seen",
        ASSESSING,
        f"{TEACHERS}, {SELF}",
        "essays",
        erasing=APART,
        staff=True,
    ),
    Holding(
        "results.ReleaseItem",
        "Which result was shown",
        ASSESSING,
        f"{TEACHERS}, {SELF}",
        "people",
        person=f"outcome__{SUBMISSION}",
    ),
    Holding(
        "results.MarkShown",
        "When a mark was shown after its feedback",
        ASSESSING,
        f"{SELF}, {TEACHERS}",
        "people",
        person=SUBMISSION,
        gives={"Assignment": "submission__draft__assignment__title", "Shown": "shown_at"},
    ),
    Holding(
        "results.BroughtWorksheet",
        "A gradebook’s file that a teacher brought in, for a week: names and marks of another system",
        "to compare marks with where the school keeps them",
        "who brought it in",
        "tasks",
        erasing=APART,
        staff=True,
    ),
    Holding(
        "results.Reflection",
        "“Next time I will…”",
        "to learn from feedback",
        f"{SELF}, {TEACHERS}",
        "essays",
        person=SUBMISSION,
        erasing=BLANK,
        blanks={"text": ERASED},
        gives={"Assignment": "submission__draft__assignment__title", "Words": "text", "Written": "written_at"},
    ),
    Holding(
        "results.SelfMarking",
        "A student’s marking of their own essay",
        "to learn by the same criteria",
        f"{SELF}; {TEACHERS} after release",
        "people",
        person=SUBMISSION,
        gives={"Assignment": "submission__draft__assignment__title", "Begun": "begun_at", "Finished": "finished_at"},
    ),
    Holding(
        "results.SelfScore",
        "The level a student gives themselves, and why",
        "to learn by the same criteria",
        f"{SELF}; {TEACHERS} after release",
        "essays",
        person=f"self_marking__{SUBMISSION}",
        erasing=BLANK,
        blanks={"why": ""},
        gives={
            "Assignment": "self_marking__submission__draft__assignment__title",
            "Criterion": "criterion__name",
            "Level": "level__label",
            "Why": "why",
        },
    ),
    # ------------------------------------------------------------ what teachers and markers made
    Holding(
        "rubrics.BankComment",
        "Comments that markers wrote to use again",
        "to say the same thing well twice",
        "its author; where shared, who marks in the course",
        "people",
        person="owner",
        gives={"Comment": "text", "Used": "uses", "Last used": "last_used_at"},
    ),
    Holding(
        "rubrics.BankTie",
        "Which criterion such a comment suits",
        "to say the same thing well twice",
        "its author; where shared, who marks in the course",
        "people",
    ),
    Holding(
        "rubrics.DraftStep",
        "Who took which step of a rubric’s draft",
        "to undo it",
        "who drafts it",
        "people",
        staff=True,
    ),
    Holding("rubrics.Rubric", "Who made a rubric", ACCOUNT, "who teaches or marks", "people", staff=True),
    Holding(
        "rubrics.RubricVersion",
        "Who drafted a version of a rubric",
        ACCOUNT,
        "who teaches or marks",
        "people",
        staff=True,
    ),
    Holding("rubrics.VersionMap", "Who confirmed where scores go", ACCOUNT, TEACHERS, "people", staff=True),
    Holding(
        "essays.Assignment",
        "Who set an assignment, and who is told of worries",
        TEACHING,
        "the course’s people",
        "people",
        staff=True,
    ),
    Holding(
        "essays.RuleChange",
        "Who changed how an assignment counts, and why",
        ACCOUNT,
        "the course’s people",
        "people",
        staff=True,
    ),
)

IMPERSONAL: Mapping[str, str] = {
    "courses.Course": "a course",
    "courses.Prompt": "content",
    "courses.PromptVersion": "content",
    "courses.Source": "content",
    "courses.EditorNote": "content",
    "rubrics.GradeWord": "content",
    "rubrics.Strand": "content",
    "rubrics.Mode": "content",
    "rubrics.CountingRule": "content",
    "rubrics.Criterion": "content",
    "rubrics.Level": "content",
    "rubrics.Exemplar": "content; no student of this school wrote it",
    "rubrics.ExemplarTotal": "content",
    "rubrics.ExemplarScore": "content",
    "rubrics.KeyMap": "content",
    "sessions.Session": "Django’s own, unused",
    "socialaccount.SocialApp": "the school’s sign-in, as it is set up",
    "auth.Permission": "Django’s own, unused",
    "auth.Group": "Django’s own, unused",
    "contenttypes.ContentType": "Django’s own",
}
"""Tables that are about nobody, and what they hold."""

BY_MODEL: Mapping[str, Holding] = {holding.model: holding for holding in HOLDINGS}


@dataclass(frozen=True, slots=True)
class Period:
    """How long a kind of data is kept. `setting` names the days; `starts` says when they begin."""

    key: str
    name: str
    starts: str
    setting: str
    ends: str


PERIODS: Sequence[Period] = (
    Period(
        "drafts",
        "Drafts, plans, highlights and writing records",
        "when the assignment closes for good",
        "KEEP_DRAFTS_DAYS",
        "Earlier states of the text, plans, notes and records are deleted. What was handed in stays. An essay whose "
        "result was not released, or not as long ago as that, waits.",
    ),
    Period(
        "essays",
        "Essays handed in, and all words about them",
        "when the assignment closes for good",
        "KEEP_ESSAYS_DAYS",
        "Texts, quoted passages, comments, reasons and answers are deleted. Levels, points and totals stay. An essay "
        "that is being marked, or whose result was not released as long ago as that, waits.",
    ),
    Period(
        "people",
        "Accounts of students, with their marks",
        "when the last assignment of their courses closes",
        "KEEP_PEOPLE_DAYS",
        "The person is erased: what stays are numbers that belong to nobody. Whoever has an essay that waits, or came "
        "into a course since, waits too.",
    ),
    Period("looks", "Who looked at what", "when they looked", "KEEP_LOOKS_DAYS", "The rows are deleted."),
    Period(
        "tasks",
        "Finished tasks, mail and jobs",
        "when they ended",
        "KEEP_TASKS_DAYS",
        "The rows and files are deleted.",
    ),
    Period("sessions", "Sign-ins", "when they end by themselves", "KEEP_SESSIONS_DAYS", "The rows are deleted."),
    Period(
        "journal",
        "The journal",
        "–",
        "",
        "It holds ids, states and hashes, and stays: it is the account of what was done.",
    ),
)
"""Every period, in the order the page tells them. Without a setting: kept for good. 0 days: kept for good."""

WAITING = Period(
    "waiting",
    "Essays that wait",
    "when the assignment closes for good",
    "KEEP_WAITING_DAYS",
    "They go like the rest, once nobody has worked on them for as long.",
)
"""How long at most what has no released result keeps time from taking it; never shorter than its own kind's period."""
