"""The addresses of results, grouped by topic."""

from django.urls import path

from results.views import (
    answers,
    changes,
    classes,
    copies,
    erasures,
    feedback,
    gradebook,
    home,
    impact,
    journal,
    late_words,
    leaving,
    looks,
    merging,
    outcomes,
    records,
    release,
    retention,
    roles,
    rosters,
    rubric_changes,
    selection,
    self_markings,
    spreads,
    worksheets,
)

OWN = "submissions/<uuid:submission_id>/own-marking/"
LATE_WORDS = "assignments/<uuid:assignment_id>/students/<uuid:person_id>/late-words/<int:number>/<int:n>"

app_name = "results"
urlpatterns = [
    # home
    path("", home.index, name="home-index"),
    # feedback
    path("feedback/<uuid:outcome_id>/", feedback.detail, name="feedback-detail"),
    path("feedback/<uuid:outcome_id>/next-time/", feedback.reflect, name="feedback-reflect"),
    # self markings
    path(OWN, self_markings.detail, name="self_markings-detail"),
    path(f"{OWN}give/", self_markings.give, name="self_markings-give"),
    path(f"{OWN}finish/", self_markings.finish, name="self_markings-finish"),
    # answers
    path("assignments/<uuid:assignment_id>/students/<uuid:person_id>/answer/", answers.detail, name="answers-detail"),
    # release
    path("assignments/<uuid:assignment_id>/release/", release.rehearse, name="release-rehearse"),
    path("assignments/<uuid:assignment_id>/release/prepare/", release.prepare, name="release-prepare"),
    path("assignments/<uuid:assignment_id>/release/prepare/<uuid:run_id>/", release.proceed, name="release-proceed"),
    path("assignments/<uuid:assignment_id>/release/as/", release.preview, name="release-preview"),
    path("assignments/<uuid:assignment_id>/release/as/<str:code>/", release.preview, name="release-preview"),
    path("releases/<uuid:release_id>/publish/", release.publish, name="release-publish"),
    path("releases/<uuid:release_id>/unschedule/", release.unschedule, name="release-unschedule"),
    path("releases/<uuid:release_id>/withdraw/", release.withdraw, name="release-withdraw"),
    # selection
    path("assignments/<uuid:assignment_id>/release/papers/", selection.choose, name="selection-choose"),
    # changes
    path("assignments/<uuid:assignment_id>/release/changes/", changes.list, name="changes-list"),
    path("assignments/<uuid:assignment_id>/release/changes/<str:code>/", changes.detail, name="changes-detail"),
    # outcomes
    path("assignments/<uuid:assignment_id>/release/choose/<str:code>/", outcomes.choose, name="outcomes-choose"),
    path("assignments/<uuid:assignment_id>/release/change/<str:code>/", outcomes.override, name="outcomes-override"),
    path("assignments/<uuid:assignment_id>/release/change/<str:code>/lateness/", outcomes.waive, name="outcomes-waive"),
    # late words
    path(f"{LATE_WORDS}/", late_words.detail, name="late_words-detail"),
    path(f"{LATE_WORDS}/open/", late_words.open, name="late_words-open"),
    path(f"{LATE_WORDS}/decide/", late_words.decide, name="late_words-decide"),
    # records
    path("assignments/<uuid:assignment_id>/students/<uuid:person_id>/record/", records.detail, name="records-detail"),
    # classes
    path("assignments/<uuid:assignment_id>/class/", classes.detail, name="classes-detail"),
    # rubric changes
    path("assignments/<uuid:assignment_id>/rubric/", rubric_changes.detail, name="rubric_changes-detail"),
    path("assignments/<uuid:assignment_id>/rubric/<int:number>/", rubric_changes.effect, name="rubric_changes-effect"),
    # roles
    path("courses/<slug:slug>/people/<uuid:enrolment_id>/role/", roles.detail, name="roles-detail"),
    path("courses/<slug:slug>/people/<uuid:enrolment_id>/role/change/", roles.change, name="roles-change"),
    path("courses/<slug:slug>/people/<uuid:enrolment_id>/role/add/", roles.add, name="roles-add"),
    path("courses/<slug:slug>/people/<uuid:enrolment_id>/role/end/", roles.end, name="roles-end"),
    # rosters
    path("courses/<slug:slug>/people/lists/<uuid:roster_id>/undo/", rosters.undo, name="rosters-undo"),
    # leaving
    path("people/<uuid:person_id>/deactivate/", leaving.deactivate, name="leaving-deactivate"),
    # merging
    path("people/<uuid:person_id>/merge/", merging.detail, name="merging-detail"),
    # journal
    path("journal/", journal.list, name="journal-list"),
    path("journal/entries.csv", journal.csv, name="journal-csv"),
    path("journal/entries.jsonl", journal.lines, name="journal-lines"),
    path("assignments/<uuid:assignment_id>/journal/", journal.assignment, name="journal-assignment"),
    path("submissions/<uuid:submission_id>/journal/", journal.submission, name="journal-submission"),
    path("people/<uuid:person_id>/journal/", journal.person, name="journal-person"),
    path("me/journal/", journal.mine, name="journal-mine"),
    # looks
    path("assignments/<uuid:assignment_id>/looks/", looks.assignment, name="looks-assignment"),
    path("people/<uuid:person_id>/looks/", looks.person, name="looks-person"),
    path("me/looks/", looks.mine, name="looks-mine"),
    # copies
    path("me/copy/", copies.mine, name="copies-mine"),
    path("people/<uuid:person_id>/copy/", copies.make, name="copies-make"),
    # erasures
    path("privacy/requests/", erasures.list, name="erasures-list"),
    path("people/<uuid:person_id>/privacy/", erasures.detail, name="erasures-detail"),
    path("people/<uuid:person_id>/privacy/erase/", erasures.erase, name="erasures-erase"),
    path("people/<uuid:person_id>/privacy/hold/", erasures.hold, name="erasures-hold"),
    path("people/<uuid:person_id>/privacy/lift/", erasures.lift, name="erasures-lift"),
    # retention
    path("privacy/retention/", retention.list, name="retention-list"),
    # impact
    path("privacy/", impact.detail, name="impact-detail"),
    # gradebook
    path("assignments/<uuid:assignment_id>/marks/", gradebook.detail, name="gradebook-detail"),
    path("assignments/<uuid:assignment_id>/marks/make/", gradebook.make, name="gradebook-make"),
    path("assignments/<uuid:assignment_id>/marks.csv", gradebook.marks, name="gradebook-marks"),
    path("assignments/<uuid:assignment_id>/marks.xlsx", gradebook.workbook, name="gradebook-workbook"),
    # spreads
    path("rubrics/<slug:slug>/<int:number>/spread/", spreads.detail, name="spreads-detail"),
    path("assignments/<uuid:assignment_id>/scores.csv", gradebook.scores, name="gradebook-scores"),
    path("assignments/<uuid:assignment_id>/scores.xlsx", gradebook.scores_workbook, name="gradebook-scores_workbook"),
    path("assignments/<uuid:assignment_id>/canvas.csv", gradebook.canvas, name="gradebook-canvas"),
    # worksheets
    path("assignments/<uuid:assignment_id>/marks/bring/", worksheets.bring, name="worksheets-bring"),
    path("worksheets/<uuid:worksheet_id>/", worksheets.detail, name="worksheets-detail"),
    path("worksheets/<uuid:worksheet_id>/filled.csv", worksheets.fill, name="worksheets-fill"),
    path("worksheets/<uuid:worksheet_id>/remove/", worksheets.remove, name="worksheets-remove"),
]
