"""The addresses of courses, grouped by topic."""

from django.urls import path

from courses.views import (
    accounts,
    courses,
    directory,
    health,
    invitations,
    jobs,
    joining,
    people,
    prompts,
    proposals,
    rosters,
    support,
)

app_name = "courses"
urlpatterns = [
    # courses
    path("courses/", courses.list, name="courses-list"),
    path("courses/new/", courses.create, name="courses-create"),
    path("courses/<slug:slug>/", courses.detail, name="courses-detail"),
    # people
    path("courses/<slug:slug>/people/", people.list, name="people-list"),
    path("courses/<slug:slug>/people/add/", people.enrol, name="people-enrol"),
    path("courses/<slug:slug>/people/cards/", people.cards, name="people-cards"),
    path("courses/<slug:slug>/people/<uuid:enrolment_id>/arrangements/", people.arrangement, name="people-arrangement"),
    path("courses/<slug:slug>/people/<uuid:enrolment_id>/password/", people.password, name="people-password"),
    path("me/", people.me, name="people-me"),
    path("me/reading/", people.reading, name="people-reading"),
    path("demo/sign-in/", people.demo, name="people-demo"),
    # directory
    path("people/", directory.list, name="directory-list"),
    path("people/<uuid:person_id>/", directory.detail, name="directory-detail"),
    path("people/<uuid:person_id>/reactivate/", directory.reactivate, name="directory-reactivate"),
    # support
    path("people/<uuid:person_id>/see-as/", support.begin, name="support-begin"),
    path("see-as/end/", support.end, name="support-end"),
    # rosters
    path("courses/<slug:slug>/people/lists/", rosters.list, name="rosters-list"),
    path("courses/<slug:slug>/people/lists/new/", rosters.create, name="rosters-create"),
    path("courses/<slug:slug>/people/lists/<uuid:roster_id>/", rosters.detail, name="rosters-detail"),
    path("courses/<slug:slug>/people/lists/<uuid:roster_id>/take/", rosters.take, name="rosters-take"),
    path("courses/<slug:slug>/people/lists/<uuid:roster_id>/discard/", rosters.discard, name="rosters-discard"),
    # accounts
    path("me/sessions/", accounts.sessions, name="accounts-sessions"),
    path("me/sessions/end/", accounts.end, name="accounts-end"),
    path("people/<uuid:person_id>/second-factor/", accounts.second_factor, name="accounts-second-factor"),
    # invitations
    path("courses/<slug:slug>/people/invitations/", invitations.list, name="invitations-list"),
    path("courses/<slug:slug>/people/invitations/new/", invitations.create, name="invitations-create"),
    path(
        "courses/<slug:slug>/people/invitations/<uuid:invitation_id>/again/",
        invitations.resend,
        name="invitations-resend",
    ),
    path(
        "courses/<slug:slug>/people/invitations/<uuid:invitation_id>/withdraw/",
        invitations.withdraw,
        name="invitations-withdraw",
    ),
    path("invitation/<str:token>/", invitations.accept, name="invitations-accept"),
    # joining
    path("courses/<slug:slug>/people/code/", joining.detail, name="joining-detail"),
    path("courses/<slug:slug>/people/code/close/", joining.close, name="joining-close"),
    path("join/", joining.enter, name="joining-enter"),
    path("join/new/", joining.register, name="joining-register"),
    # prompts
    path("prompts/", prompts.list, name="prompts-list"),
    path("prompts/new/", prompts.create, name="prompts-create"),
    path("prompts/from-text/", proposals.create, name="proposals-create"),
    path("prompts/from-text/decide/", proposals.decide, name="proposals-decide"),
    path("prompts/<slug:slug>/draft/", prompts.draft, name="prompts-draft"),
    path("prompts/<slug:slug>/<int:number>/", prompts.detail, name="prompts-detail"),
    path("prompts/<slug:slug>/<int:number>/edit/", prompts.edit, name="prompts-edit"),
    path("prompts/<slug:slug>/<int:number>/preview/", prompts.preview, name="prompts-preview"),
    path("prompts/<slug:slug>/<int:number>/publish/", prompts.publish, name="prompts-publish"),
    path("prompts/<slug:slug>/<int:number>/changes/", prompts.changes, name="prompts-changes"),
    path("prompts/<slug:slug>/<int:number>/discard/", prompts.discard, name="prompts-discard"),
    path("prompts/<slug:slug>/<int:number>/share/", prompts.share, name="prompts-share"),
    path("prompts/<slug:slug>/<int:number>/archive/", prompts.archive, name="prompts-archive"),
    # jobs
    path("jobs/", jobs.list, name="jobs-list"),
    path("jobs/<uuid:job_id>/", jobs.detail, name="jobs-detail"),
    path("jobs/<uuid:job_id>/file/", jobs.file, name="jobs-file"),
    # health
    path("healthz", health.live, name="health-live"),
    path("readyz", health.ready, name="health-ready"),
]
