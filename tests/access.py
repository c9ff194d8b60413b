"""Who may open what: address × role × method → status, by hand. Every cell is requested by tests/house/test_access.py.

The world is `tests.worlds.lived_in`: Ines (student) owns the draft, the receipt and the released outcome; Noor
(classmate) is a student of the same course; the submission, the paper and the marking are of Noor's essay, in the
marker's hands. The draft of a rubric, its changes and its publishing are version 2, which the teacher made for that
course; the long job is the teacher's. What a row does not name as a method is 405 for whoever is signed in. Nobody signed in: GET leads to the sign-in
page (302), a post is answered with a page that gives the words back, any other method with JSON (401); unless the row
says PUBLIC.

`python -m tests.access` prints docs/ACCESS.md.
"""

from dataclasses import dataclass

ROLES = ("student", "classmate", "marker", "teacher", "stranger", "other_teacher", "admin")
METHODS = ("GET", "POST", "PUT", "DELETE")
PUBLIC = "public"


@dataclass(frozen=True)
class Row:
    """One address and method: the status for each role, in the order of ROLES, to a request with nothing in it."""

    address: str
    method: str
    cells: tuple[int, ...]
    public: int = 0


def row(address: str, method: str, cells: str, public: int = 0) -> Row:
    """Read a line of the table: "200 404 …", one status a role; a single one stands for all roles."""
    statuses = tuple(int(cell) for cell in cells.split())
    return Row(address, method, statuses * len(ROLES) if len(statuses) == 1 else statuses, public)


# fmt: off
#   address, method, cells: student classmate marker teacher stranger other_teacher admin
TABLE: list[Row] = [
    # accounts (allauth)
    row("account_change_password", "GET", "200"),
    row("account_change_password", "POST", "200"),
    row("account_inactive", "GET", "200", public=200),
    row("account_login", "GET", "302", public=200),
    row("account_login", "POST", "302", public=200),
    row("account_logout", "GET", "200", public=302),
    row("account_logout", "POST", "302", public=302),
    row("account_reauthenticate", "GET", "200"),
    row("account_reauthenticate", "POST", "200"),
    row("account_reset_password", "GET", "200", public=200),
    row("account_reset_password", "POST", "200", public=200),
    row("account_reset_password_done", "GET", "200", public=200),
    row("account_reset_password_from_key", "GET", "200", public=200),
    row("account_reset_password_from_key", "POST", "200", public=200),
    row("account_reset_password_from_key_done", "GET", "200", public=200),
    row("account_school", "GET", "404", public=404),
    row("account_school_back", "GET", "404", public=404),
    row("account_set_password", "GET", "302"),
    row("account_set_password", "POST", "302"),
    row("account_signup", "GET", "302", public=200),
    row("account_signup", "POST", "302", public=200),
    row("mfa_activate_totp", "GET", "302"),
    row("mfa_activate_totp", "POST", "302"),
    row("mfa_add_webauthn", "GET", "302"),
    row("mfa_add_webauthn", "POST", "302"),
    row("mfa_authenticate", "GET", "302", public=302),
    row("mfa_authenticate", "POST", "302", public=302),
    row("mfa_deactivate_totp", "GET", "404"),
    row("mfa_deactivate_totp", "POST", "404"),
    row("mfa_download_recovery_codes", "GET", "404"),
    row("mfa_edit_webauthn", "GET", "302"),
    row("mfa_edit_webauthn", "POST", "302"),
    row("mfa_generate_recovery_codes", "GET", "302"),
    row("mfa_generate_recovery_codes", "POST", "302"),
    row("mfa_index", "GET", "200"),
    row("mfa_list_webauthn", "GET", "200"),
    row("mfa_login_webauthn", "GET", "302", public=302),
    row("mfa_login_webauthn", "POST", "302", public=302),
    row("mfa_reauthenticate", "GET", "302"),
    row("mfa_reauthenticate", "POST", "302"),
    row("mfa_reauthenticate_webauthn", "GET", "302"),
    row("mfa_reauthenticate_webauthn", "POST", "302"),
    row("mfa_remove_webauthn", "GET", "302"),
    row("mfa_remove_webauthn", "POST", "302"),
    row("mfa_view_recovery_codes", "GET", "404"),
    # courses:accounts
    row("courses:accounts-end", "POST", "302"),
    row("courses:accounts-second-factor", "GET", "404 404 404 404 404 404 200"),
    row("courses:accounts-second-factor", "POST", "404 404 404 404 404 404 200"),
    row("courses:accounts-sessions", "GET", "200"),
    # courses:courses
    row("courses:courses-create", "GET", "403 403 403 403 403 403 200"),
    row("courses:courses-create", "POST", "403 403 403 403 403 403 200"),
    row("courses:courses-detail", "GET", "200 200 200 200 404 404 200"),
    row("courses:courses-list", "GET", "200"),
    # courses:health
    row("courses:health-live", "GET", "200", public=200),
    row("courses:health-ready", "GET", "200", public=200),
    # courses:jobs
    row("courses:jobs-detail", "GET", "404 404 404 200 404 404 404"),
    row("courses:jobs-file", "GET", "404 404 404 200 404 404 404"),
    row("courses:jobs-list", "GET", "200"),
    # courses:people
    row("courses:people-arrangement", "GET", "403 403 403 200 404 404 200"),
    row("courses:people-arrangement", "POST", "403 403 403 200 404 404 200"),
    row("courses:people-cards", "GET", "403 403 403 200 404 404 200"),
    row("courses:people-cards", "POST", "403 403 403 200 404 404 200"),
    row("courses:people-demo", "POST", "404", public=404),
    row("courses:people-enrol", "GET", "403 403 403 200 404 404 200"),
    row("courses:people-enrol", "POST", "403 403 403 200 404 404 200"),
    row("courses:people-list", "GET", "403 403 403 200 404 404 200"),
    row("courses:people-me", "GET", "200"),
    row("courses:people-password", "GET", "403 403 403 200 404 404 200"),
    row("courses:people-password", "POST", "403 403 403 200 404 404 200"),
    row("courses:people-reading", "GET", "200"),
    row("courses:people-reading", "POST", "302"),
    # courses:directory
    row("courses:directory-detail", "GET", "403 403 403 403 403 403 200"),
    row("courses:directory-list", "GET", "403 403 403 403 403 403 200"),
    row("courses:directory-reactivate", "POST", "403 403 403 403 403 403 409"),
    # courses:support
    row("courses:support-begin", "GET", "403 403 403 403 403 403 200"),
    row("courses:support-begin", "POST", "403 403 403 403 403 403 200"),
    row("courses:support-end", "POST", "302"),
    # courses:invitations
    row("courses:invitations-accept", "GET", "200", public=200),
    row("courses:invitations-accept", "POST", "302 302 409 409 302 302 302", public=200),
    row("courses:invitations-create", "GET", "403 403 403 200 404 404 200"),
    row("courses:invitations-create", "POST", "403 403 403 200 404 404 200"),
    row("courses:invitations-list", "GET", "403 403 403 200 404 404 200"),
    row("courses:invitations-resend", "POST", "403 403 403 302 404 404 302"),
    row("courses:invitations-withdraw", "POST", "403 403 403 302 404 404 302"),
    # courses:joining
    row("courses:joining-close", "POST", "403 403 403 302 404 404 302"),
    row("courses:joining-detail", "GET", "403 403 403 200 404 404 200"),
    row("courses:joining-detail", "POST", "403 403 403 302 404 404 302"),
    row("courses:joining-enter", "GET", "200", public=200),
    row("courses:joining-enter", "POST", "200", public=200),
    row("courses:joining-register", "GET", "302", public=200),
    row("courses:joining-register", "POST", "302", public=200),
    # courses:rosters
    row("courses:rosters-create", "GET", "403 403 403 200 404 404 200"),
    row("courses:rosters-create", "POST", "403 403 403 200 404 404 200"),
    row("courses:rosters-detail", "GET", "403 403 403 200 404 404 200"),
    row("courses:rosters-discard", "POST", "403 403 403 302 404 404 302"),
    row("courses:rosters-list", "GET", "403 403 403 200 404 404 200"),
    row("courses:rosters-take", "POST", "403 403 403 302 404 404 302"),
    # courses:prompts
    row("courses:prompts-archive", "POST", "404 404 404 409 404 404 403"),
    row("courses:prompts-changes", "GET", "404 404 404 200 404 404 200"),
    row("courses:prompts-create", "GET", "403 403 403 200 403 200 200"),
    row("courses:prompts-create", "POST", "403 403 403 200 403 200 200"),
    row("courses:prompts-detail", "GET", "404 404 404 200 404 200 200"),
    row("courses:prompts-discard", "GET", "404 404 404 200 404 404 403"),
    row("courses:prompts-discard", "POST", "404 404 404 409 404 404 403"),
    row("courses:prompts-draft", "POST", "404 404 404 403 404 403 302"),
    row("courses:prompts-edit", "GET", "404 404 404 200 404 404 403"),
    row("courses:prompts-edit", "POST", "404 404 404 200 404 404 403"),
    row("courses:prompts-list", "GET", "403 403 403 200 403 200 200"),
    row("courses:prompts-preview", "POST", "404 404 404 200 404 404 403"),
    row("courses:prompts-publish", "POST", "404 404 404 409 404 404 403"),
    row("courses:prompts-share", "POST", "404 404 404 403 404 404 409"),
    # courses:proposals
    row("courses:proposals-create", "GET", "403 403 403 200 403 200 200"),
    row("courses:proposals-create", "POST", "403 403 403 200 403 200 200"),
    row("courses:proposals-decide", "POST", "403 403 403 200 403 200 200"),
    # essays:arrangements
    row("essays:arrangements-detail", "GET", "404 404 404 200 404 404 404"),
    row("essays:arrangements-extend", "GET", "404 404 404 200 404 404 404"),
    row("essays:arrangements-extend", "POST", "404 404 404 200 404 404 404"),
    row("essays:arrangements-standing", "GET", "404 404 404 200 404 404 404"),
    row("essays:arrangements-standing", "POST", "404 404 404 200 404 404 404"),
    # essays:assignments
    row("essays:assignments-brief", "GET", "200 200 200 200 404 404 404"),
    row("essays:assignments-create", "GET", "403 403 403 200 404 404 403"),
    row("essays:assignments-create", "POST", "403 403 403 200 404 404 403"),
    row("essays:assignments-edit", "GET", "404 404 404 200 404 404 404"),
    row("essays:assignments-edit", "POST", "404 404 404 200 404 404 404"),
    row("essays:assignments-late", "GET", "403 403 403 200 404 404 403"),
    row("essays:assignments-list", "GET", "200 200 200 200 404 404 200"),
    row("essays:assignments-progress", "GET", "404 404 404 200 404 404 404"),
    row("essays:assignments-rule", "GET", "404 404 404 200 404 404 404"),
    row("essays:assignments-rule", "POST", "404 404 404 200 404 404 404"),
    row("essays:assignments-start", "GET", "302 302 403 403 404 404 404"),
    row("essays:assignments-start", "POST", "302 302 403 403 404 404 404"),
    row("essays:assignments-write", "POST", "302 302 403 403 404 404 404"),
    # essays:breaks
    row("essays:breaks-begin", "GET", "302 404 404 404 404 404 404"),
    row("essays:breaks-begin", "POST", "409 404 404 404 404 404 404"),
    row("essays:breaks-end", "POST", "302 404 404 404 404 404 404"),
    # essays:decisions
    row("essays:decisions-behalf", "GET", "404 404 404 200 404 404 404"),
    row("essays:decisions-behalf", "POST", "404 404 404 200 404 404 404"),
    row("essays:decisions-collected", "GET", "404 404 404 200 404 404 404"),
    row("essays:decisions-collected", "POST", "404 404 404 200 404 404 404"),
    row("essays:decisions-redraft", "GET", "404 404 404 200 404 404 404"),
    row("essays:decisions-redraft", "POST", "404 404 404 200 404 404 404"),
    row("essays:decisions-reopen", "GET", "404 404 404 200 404 404 404"),
    row("essays:decisions-reopen", "POST", "404 404 404 200 404 404 404"),
    # essays:drafts
    row("essays:drafts-preview", "GET", "200 404 404 404 404 404 404"),
    row("essays:drafts-preview", "POST", "200 404 404 404 404 404 404"),
    row("essays:drafts-text", "GET", "200 404 404 404 404 404 404"),
    row("essays:drafts-text", "PUT", "415"),
    row("essays:drafts-write", "GET", "200 404 404 404 404 404 404"),
    row("essays:drafts-write", "POST", "409 404 404 404 404 404 404"),
    # essays:duplicates
    row("essays:duplicates-create", "GET", "404 404 404 200 404 404 404"),
    row("essays:duplicates-create", "POST", "404 404 404 200 404 404 404"),
    # essays:files
    row("essays:files-copy", "GET", "200 404 404 404 404 404 404"),
    row("essays:files-handed-in", "GET", "200 404 404 404 404 404 404"),
    row("essays:files-put", "POST", "302 404 404 404 404 404 404"),
    row("essays:files-read", "GET", "200 404 404 404 404 404 404"),
    row("essays:files-read", "POST", "422 404 404 404 404 404 404"),
    # essays:highlights
    row("essays:highlights-keep", "POST", "400 404 404 404 404 404 404"),
    row("essays:highlights-note", "POST", "302 404 404 404 404 404 404"),
    row("essays:highlights-remove", "POST", "302 404 404 404 404 404 404"),
    # essays:plans
    row("essays:plans-save", "POST", "302 404 404 404 404 404 404"),
    # essays:receipts
    row("essays:receipts-check", "GET", "200", public=200),
    row("essays:receipts-check", "POST", "422", public=422),
    row("essays:receipts-detail", "GET", "200 404 404 404 404 404 404"),
    row("essays:receipts-text", "GET", "200 404 404 404 404 404 404"),
    # essays:rescues
    row("essays:rescues-bring", "GET", "200 404 404 404 404 404 404"),
    row("essays:rescues-bring", "POST", "200 404 404 404 404 404 404"),
    row("essays:rescues-upload", "GET", "404 404 404 200 404 404 404"),
    row("essays:rescues-upload", "POST", "404 404 404 200 404 404 404"),
    # essays:records
    row("essays:records-detail", "GET", "200 404 404 404 404 404 404"),
    row("essays:records-note", "POST", "302 404 404 404 404 404 404"),
    row("essays:records-report", "POST", "415"),
    # essays:revisions
    row("essays:revisions-detail", "GET", "200 404 404 404 404 404 404"),
    row("essays:revisions-list", "GET", "200 404 404 404 404 404 404"),
    row("essays:revisions-restore", "POST", "302 404 404 404 404 404 404"),
    row("essays:revisions-text", "GET", "200 404 404 404 404 404 404"),
    # essays:submissions
    row("essays:submissions-reopen", "POST", "302 404 404 404 404 404 404"),
    row("essays:submissions-submit", "GET", "200 404 404 404 404 404 404"),
    row("essays:submissions-submit", "POST", "422 404 404 404 404 404 404"),
    row("essays:submissions-withdraw", "GET", "302 404 404 404 404 404 404"),
    row("essays:submissions-withdraw", "POST", "302 404 404 404 404 404 404"),
    # marking:bank
    row("marking:bank-add", "GET", "404 404 200 200 404 200 403"),
    row("marking:bank-add", "POST", "404 404 200 200 404 200 403"),
    row("marking:bank-archive", "POST", "404 404 302 302 404 404 404"),
    row("marking:bank-edit", "GET", "404 404 200 403 404 404 404"),
    row("marking:bank-edit", "POST", "404 404 200 403 404 404 404"),
    row("marking:bank-keep", "POST", "422"),
    row("marking:bank-list", "GET", "404 404 200 200 404 200 200"),
    row("marking:bank-restore", "POST", "404 404 302 302 404 404 404"),
    row("marking:bank-uses", "GET", "404 404 200 200 404 404 404"),
    row("marking:bank-uses", "POST", "404 404 200 200 404 404 404"),
    # marking:allotting
    row("marking:allotting-again", "POST", "404 404 403 302 404 404 404"),
    row("marking:allotting-detail", "GET", "404 404 403 200 404 404 404"),
    row("marking:allotting-pin", "POST", "404 404 403 200 404 404 404"),
    row("marking:allotting-second", "POST", "404 404 403 200 404 404 404"),
    row("marking:allotting-spread", "POST", "404 404 403 200 404 404 404"),
    # marking:identity
    row("marking:identity-open", "GET", "404 404 403 200 404 404 404"),
    row("marking:identity-open", "POST", "404 404 403 200 404 404 404"),
    # marking:keys
    row("marking:keys-change", "GET", "200"),
    row("marking:keys-change", "POST", "302"),
    # marking:leases
    row("marking:leases-ahead", "POST", "404 404 400 400 404 404 404"),
    row("marking:leases-free", "GET", "404 404 403 200 404 404 404"),
    row("marking:leases-free", "POST", "404 404 403 200 404 404 404"),
    row("marking:leases-let-go", "POST", "404 404 302 404 404 404 404"),
    # marking:markings
    row("marking:markings-desk", "GET", "404 404 200 200 404 404 404"),
    row("marking:markings-desk", "POST", "404 404 400 400 404 404 404"),
    row("marking:markings-finish", "POST", "400"),
    row("marking:markings-mutate", "POST", "422"),
    row("marking:markings-open", "POST", "404 404 302 302 404 404 404"),
    row("marking:markings-reopen", "POST", "404 404 302 403 404 404 404"),
    row("marking:markings-settle", "POST", "404 404 302 403 404 404 404"),
    row("marking:markings-start", "POST", "404 404 302 302 404 404 404"),
    # marking:offline
    row("marking:offline-bring", "POST", "404 404 200 200 404 404 404"),
    row("marking:offline-detail", "GET", "404 404 200 200 404 404 404"),
    row("marking:offline-file", "GET", "404 404 200 404 404 404 404"),
    row("marking:offline-merge", "GET", "404 404 200 404 404 404 404"),
    row("marking:offline-merge", "POST", "404 404 302 404 404 404 404"),
    row("marking:offline-take", "POST", "404 404 200 200 404 404 404"),
    row("marking:offline-undo", "POST", "404 404 409 404 404 404 404"),
    # marking:panels
    row("marking:panels-exemplars", "GET", "404 404 200 200 404 404 404"),
    row("marking:panels-flag", "GET", "404 404 200 200 404 404 404"),
    row("marking:panels-guidance", "GET", "404 404 200 200 404 404 404"),
    row("marking:panels-prompt", "GET", "404 404 200 200 404 404 404"),
    row("marking:panels-sources", "GET", "404 404 200 200 404 404 404"),
    # marking:papers
    row("marking:papers-finish", "POST", "404 404 302 302 404 404 404"),
    row("marking:papers-flag", "POST", "404 404 409 409 404 404 404"),
    row("marking:papers-list", "GET", "404 404 200 200 404 404 404"),
    row("marking:papers-unflag", "POST", "404"),
    # results:answers
    row("results:answers-detail", "GET", "404"),
    # results:changes
    row("results:changes-detail", "GET", "404"),
    row("results:changes-list", "GET", "404 404 404 200 404 404 404"),
    # results:classes
    row("results:classes-detail", "GET", "404 404 404 200 404 404 404"),
    # results:copies
    row("results:copies-make", "POST", "403 403 403 403 403 403 302"),
    row("results:copies-mine", "GET", "200"),
    row("results:copies-mine", "POST", "302"),
    # results:erasures
    row("results:erasures-detail", "GET", "403 403 403 403 403 403 200"),
    row("results:erasures-erase", "POST", "403 403 403 403 403 403 200"),
    row("results:erasures-hold", "POST", "403 403 403 403 403 403 200"),
    row("results:erasures-lift", "POST", "403 403 403 403 403 403 200"),
    row("results:erasures-list", "GET", "403 403 403 403 403 403 200"),
    # results:feedback
    row("results:feedback-detail", "GET", "200 404 404 404 404 404 404"),
    row("results:feedback-reflect", "POST", "302 404 404 404 404 404 404"),
    # results:gradebook
    row("results:gradebook-canvas", "GET", "404 404 404 200 404 404 404"),
    row("results:gradebook-detail", "GET", "404 404 404 200 404 404 404"),
    row("results:gradebook-make", "POST", "404 404 404 400 404 404 404"),
    row("results:gradebook-marks", "GET", "404 404 404 200 404 404 404"),
    row("results:gradebook-scores", "GET", "404 404 404 200 404 404 404"),
    row("results:gradebook-scores_workbook", "GET", "404 404 404 200 404 404 404"),
    row("results:gradebook-workbook", "GET", "404 404 404 200 404 404 404"),
    # results:home
    row("results:home-index", "GET", "200"),
    # results:impact
    row("results:impact-detail", "GET", "403 403 403 403 403 403 200"),
    # results:journal
    row("results:journal-assignment", "GET", "404 404 404 200 404 404 200"),
    row("results:journal-csv", "GET", "403 403 403 403 403 403 200"),
    row("results:journal-lines", "GET", "403 403 403 403 403 403 200"),
    row("results:journal-list", "GET", "403 403 403 403 403 403 200"),
    row("results:journal-mine", "GET", "200"),
    row("results:journal-person", "GET", "403 403 403 200 403 403 200"),
    row("results:journal-submission", "GET", "404 404 404 404 404 404 200"),
    # results:late_words
    row("results:late_words-decide", "POST", "404 404 404 200 404 404 404"),
    row("results:late_words-detail", "GET", "404 404 404 200 404 404 404"),
    row("results:late_words-open", "POST", "404 404 404 200 404 404 404"),
    # results:leaving
    row("results:leaving-deactivate", "GET", "403 403 403 403 403 403 200"),
    row("results:leaving-deactivate", "POST", "403 403 403 403 403 403 200"),
    # results:looks
    row("results:looks-assignment", "GET", "404 404 404 200 404 404 200"),
    row("results:looks-mine", "GET", "200"),
    row("results:looks-person", "GET", "403 403 403 200 403 403 200"),
    # results:merging
    row("results:merging-detail", "GET", "403 403 403 403 403 403 200"),
    row("results:merging-detail", "POST", "403 403 403 403 403 403 200"),
    # results:roles
    row("results:roles-add", "POST", "403 403 403 302 404 404 302"),
    row("results:roles-change", "POST", "403 403 403 302 404 404 302"),
    row("results:roles-detail", "GET", "403 403 403 200 404 404 200"),
    row("results:roles-end", "POST", "403 403 403 302 404 404 302"),
    # results:rosters
    row("results:rosters-undo", "GET", "403 403 403 200 404 404 200"),
    row("results:rosters-undo", "POST", "403 403 403 409 404 404 409"),
    # results:outcomes
    row("results:outcomes-choose", "GET", "404 404 404 200 404 404 404"),
    row("results:outcomes-choose", "POST", "404 404 404 200 404 404 404"),
    row("results:outcomes-override", "GET", "404"),
    row("results:outcomes-override", "POST", "404"),
    row("results:outcomes-waive", "POST", "404"),
    # results:records
    row("results:records-detail", "GET", "404"),
    # results:release
    row("results:release-prepare", "POST", "404 404 404 200 404 404 404"),
    row("results:release-preview", "GET", "404"),
    row("results:release-proceed", "GET", "404 404 404 302 404 404 404"),
    row("results:release-proceed", "POST", "404 404 404 302 404 404 404"),
    row("results:release-publish", "POST", "404 404 404 200 404 404 404"),
    row("results:release-rehearse", "GET", "404 404 404 200 404 404 404"),
    row("results:release-unschedule", "POST", "404 404 404 409 404 404 404"),
    row("results:release-withdraw", "GET", "404 404 404 200 404 404 404"),
    row("results:release-withdraw", "POST", "404 404 404 200 404 404 404"),
    # results:selection
    row("results:selection-choose", "GET", "404 404 404 200 404 404 404"),
    row("results:selection-choose", "POST", "404 404 404 200 404 404 404"),
    # results:self_markings
    row("results:self_markings-detail", "GET", "404 200 404 404 404 404 404"),
    row("results:self_markings-finish", "POST", "404 302 404 404 404 404 404"),
    row("results:self_markings-give", "POST", "404 422 404 404 404 404 404"),
    # results:retention
    row("results:retention-list", "GET", "403 403 403 403 403 403 200"),
    # results:rubric_changes
    row("results:rubric_changes-detail", "GET", "404 404 404 200 404 404 404"),
    row("results:rubric_changes-effect", "GET", "404 404 404 200 404 404 404"),
    row("results:rubric_changes-effect", "POST", "404 404 404 200 404 404 404"),
    # results:spreads
    row("results:spreads-detail", "GET", "404 404 200 200 404 200 200"),
    # results:worksheets
    row("results:worksheets-bring", "POST", "404 404 404 200 404 404 404"),
    row("results:worksheets-detail", "GET", "404 404 404 200 404 404 404"),
    row("results:worksheets-detail", "POST", "404 404 404 200 404 404 404"),
    row("results:worksheets-fill", "GET", "404 404 404 200 404 404 404"),
    row("results:worksheets-remove", "POST", "404 404 404 302 404 404 404"),
    # rubrics:comparisons
    row("rubrics:comparisons-detail", "GET", "404 404 404 200 404 404 200"),
    # rubrics:drafts
    row("rubrics:drafts-add", "POST", "404 404 404 200 404 404 403"),
    row("rubrics:drafts-add_strand", "POST", "404 404 404 200 404 404 403"),
    row("rubrics:drafts-counting", "GET", "404 404 404 200 404 404 403"),
    row("rubrics:drafts-counting", "POST", "404 404 404 200 404 404 403"),
    row("rubrics:drafts-criterion", "GET", "404 404 404 200 404 404 403"),
    row("rubrics:drafts-criterion", "POST", "404 404 404 200 404 404 403"),
    row("rubrics:drafts-detail", "GET", "404 404 404 200 404 404 403"),
    row("rubrics:drafts-discard", "GET", "404 404 404 200 404 404 403"),
    row("rubrics:drafts-discard", "POST", "404 404 404 302 404 404 403"),
    row("rubrics:drafts-move", "POST", "404 404 404 302 404 404 403"),
    row("rubrics:drafts-move_strand", "POST", "404 404 404 302 404 404 403"),
    row("rubrics:drafts-remove", "GET", "404 404 404 200 404 404 403"),
    row("rubrics:drafts-remove", "POST", "404 404 404 302 404 404 403"),
    row("rubrics:drafts-remove_strand", "POST", "404 404 404 302 404 404 403"),
    row("rubrics:drafts-strand", "GET", "404 404 404 200 404 404 403"),
    row("rubrics:drafts-strand", "POST", "404 404 404 200 404 404 403"),
    # rubrics:exchange
    row("rubrics:exchange-bring", "GET", "403 403 403 200 403 200 200"),
    row("rubrics:exchange-bring", "POST", "403 403 403 422 403 422 422"),
    row("rubrics:exchange-create", "POST", "403 403 403 422 403 422 422"),
    row("rubrics:exchange-detail", "GET", "404 404 200 200 404 200 200"),
    row("rubrics:exchange-file", "GET", "404 404 200 200 404 200 200"),
    # rubrics:exemplars
    row("rubrics:exemplars-detail", "GET", "404 404 200 200 404 200 200"),
    # rubrics:grids
    row("rubrics:grids-detail", "GET", "404 404 404 200 404 404 403"),
    row("rubrics:grids-detail", "POST", "404 404 404 302 404 404 403"),
    # rubrics:packs
    row("rubrics:packs-bring", "GET", "403 403 403 403 403 403 200"),
    row("rubrics:packs-bring", "POST", "403 403 403 403 403 403 422"),
    row("rubrics:packs-file", "GET", "404 404 200 200 404 200 200"),
    row("rubrics:packs-load", "POST", "403 403 403 403 403 403 422"),
    # rubrics:pastes
    row("rubrics:pastes-detail", "GET", "404 404 404 200 404 404 403"),
    row("rubrics:pastes-detail", "POST", "404 404 404 200 404 404 403"),
    # rubrics:rubrics
    row("rubrics:rubrics-copy", "GET", "404 404 403 200 404 200 200"),
    row("rubrics:rubrics-copy", "POST", "404 404 403 200 404 200 200"),
    row("rubrics:rubrics-create", "GET", "403 403 403 200 403 200 200"),
    row("rubrics:rubrics-create", "POST", "403 403 403 200 403 200 200"),
    row("rubrics:rubrics-edit", "GET", "404 404 403 403 404 403 200"),
    row("rubrics:rubrics-edit", "POST", "404 404 403 403 404 403 200"),
    row("rubrics:rubrics-list", "GET", "403 403 200 200 403 200 200"),
    # rubrics:steps
    row("rubrics:steps-redo", "POST", "404 404 404 302 404 404 403"),
    row("rubrics:steps-undo", "POST", "404 404 404 302 404 404 403"),
    # rubrics:versions
    row("rubrics:versions-archive", "POST", "404 404 403 403 404 403 302"),
    row("rubrics:versions-detail", "GET", "404 404 200 200 404 200 200"),
    row("rubrics:versions-draft", "POST", "404 404 403 403 404 403 302"),
    row("rubrics:versions-publish", "POST", "404 404 404 302 404 404 403"),
    row("rubrics:versions-restore", "POST", "404 404 403 403 404 403 409"),
]
# fmt: on


def as_markdown() -> str:
    """Write the table as docs/ACCESS.md."""
    head = ["Address", "Method", *(role.replace("_", " ") for role in ROLES), "nobody"]
    lines = [
        "# Who may open what",
        "",
        "Printed by `make access` from `tests/access.py`; a test requests every cell. The student owns the draft, the",
        "receipt and the outcome; the classmate is in the same course; the submission and the paper are theirs. 404: not yours and",
        "not there look the same. 403: seen, but not yours to do. 302: sent on (nobody: to sign in). 409 and 422: allowed,",
        "but not with an empty request, or not now. What a row does not name is 405.",
        "",
        "| " + " | ".join(head) + " |",
        "| " + " | ".join("---" for _ in head) + " |",
    ]
    for one in TABLE:
        nobody = one.public or {"GET": 302}.get(one.method, 401)
        lines.append("| " + " | ".join([f"`{one.address}`", one.method, *map(str, one.cells), str(nobody)]) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(as_markdown())
