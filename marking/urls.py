"""The addresses of marking, grouped by topic."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from marking.pure.codes import PATTERN
from marking.views import allotting, bank, identity, keys, leases, markings, offline, panels, papers


class PaperCode(StringConverter):
    """A paper's code, K7M-2QD; anything else is no address."""

    regex = PATTERN


register_converter(PaperCode, "code")

app_name = "marking"
urlpatterns = [
    # papers
    path("assignments/<uuid:assignment_id>/papers/", papers.list, name="papers-list"),
    path("assignments/<uuid:assignment_id>/papers/finish/", papers.finish, name="papers-finish"),
    path("assignments/<uuid:assignment_id>/papers/<code:code>/flags/", papers.flag, name="papers-flag"),
    path("assignments/<uuid:assignment_id>/papers/<code:code>/flags/down/", papers.unflag, name="papers-unflag"),
    # allotting
    path("assignments/<uuid:assignment_id>/allotting/", allotting.detail, name="allotting-detail"),
    path("assignments/<uuid:assignment_id>/allotting/spread/", allotting.spread, name="allotting-spread"),
    path("assignments/<uuid:assignment_id>/allotting/again/", allotting.again, name="allotting-again"),
    path("assignments/<uuid:assignment_id>/allotting/pinned/", allotting.pin, name="allotting-pin"),
    path("assignments/<uuid:assignment_id>/allotting/seconds/", allotting.second, name="allotting-second"),
    # markings
    path("assignments/<uuid:assignment_id>/papers/next/", markings.start, name="markings-start"),
    path("assignments/<uuid:assignment_id>/papers/<code:code>/", markings.desk, name="markings-desk"),
    path("assignments/<uuid:assignment_id>/papers/<code:code>/open/", markings.open, name="markings-open"),
    path("markings/<uuid:marking_id>/mutations/", markings.mutate, name="markings-mutate"),
    path("markings/<uuid:marking_id>/finish/", markings.finish, name="markings-finish"),
    path("markings/<uuid:marking_id>/reopen/", markings.reopen, name="markings-reopen"),
    path("markings/<uuid:marking_id>/kept/<uuid:key>/", markings.settle, name="markings-settle"),
    # leases
    path("assignments/<uuid:assignment_id>/papers/ahead/", leases.ahead, name="leases-ahead"),
    path("assignments/<uuid:assignment_id>/papers/<code:code>/free/", leases.free, name="leases-free"),
    path("markings/<uuid:marking_id>/let-go/", leases.let_go, name="leases-let-go"),
    # offline
    path("assignments/<uuid:assignment_id>/papers/offline/", offline.detail, name="offline-detail"),
    path("assignments/<uuid:assignment_id>/papers/offline/take/", offline.take, name="offline-take"),
    path("assignments/<uuid:assignment_id>/papers/offline/bring/", offline.bring, name="offline-bring"),
    path("offline-files/<uuid:file_id>/", offline.file, name="offline-file"),
    path("merges/<uuid:merge_id>/", offline.merge, name="offline-merge"),
    path("merges/<uuid:merge_id>/undo/", offline.undo, name="offline-undo"),
    # panels
    path("assignments/<uuid:assignment_id>/papers/<code:code>/prompt/", panels.prompt, name="panels-prompt"),
    path("assignments/<uuid:assignment_id>/papers/<code:code>/sources/", panels.sources, name="panels-sources"),
    path("assignments/<uuid:assignment_id>/papers/<code:code>/exemplars/", panels.exemplars, name="panels-exemplars"),
    path("assignments/<uuid:assignment_id>/papers/<code:code>/guidance/", panels.guidance, name="panels-guidance"),
    path("assignments/<uuid:assignment_id>/papers/<code:code>/flag/", panels.flag, name="panels-flag"),
    # bank
    path("rubrics/<slug:slug>/comments/", bank.list, name="bank-list"),
    path("rubrics/<slug:slug>/comments/new/", bank.add, name="bank-add"),
    path("rubrics/<slug:slug>/comments/<slug:key>/", bank.edit, name="bank-edit"),
    path("rubrics/<slug:slug>/comments/<slug:key>/archive/", bank.archive, name="bank-archive"),
    path("rubrics/<slug:slug>/comments/<slug:key>/restore/", bank.restore, name="bank-restore"),
    path("rubrics/<slug:slug>/comments/<slug:key>/uses/", bank.uses, name="bank-uses"),
    path("me/comments/", bank.keep, name="bank-keep"),
    # keys
    path("me/keys/", keys.change, name="keys-change"),
    # identity
    path("assignments/<uuid:assignment_id>/papers/<code:code>/identity/", identity.open, name="identity-open"),
]
