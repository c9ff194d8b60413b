"""The addresses of signing in, of passwords and of second factors; allauth's other pages are left out."""

from allauth.account import views
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as apps
from allauth.mfa.webauthn import views as passkeys
from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path
from django.views.decorators.http import require_safe

from config.oidc import views as school
from config.second_factors import keeps_the_last, noted

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("signup/", views.signup, name="account_signup"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    # the school's own sign-in
    path("school/", school.leave, name="account_school"),
    path("school/back/", school.come_back, name="account_school_back"),
    # second factors
    path("second-factor/", factors.index, name="mfa_index"),
    path("second-factor/code/", factors.authenticate, name="mfa_authenticate"),
    path("second-factor/confirm/", factors.reauthenticate, name="mfa_reauthenticate"),
    path("second-factor/app/add/", noted(apps.activate_totp), name="mfa_activate_totp"),
    path("second-factor/app/remove/", noted(apps.deactivate_totp), name="mfa_deactivate_totp"),
    path("second-factor/recovery/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("second-factor/recovery/new/", noted(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path(
        "second-factor/recovery/file/", require_safe(codes.download_recovery_codes), name="mfa_download_recovery_codes"
    ),
    path("passkeys/", factors.index, name="mfa_list_webauthn"),
    path("passkeys/add/", noted(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path("passkeys/sign-in/", login_not_required(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("passkeys/confirm/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("passkeys/<int:pk>/name/", noted(passkeys.edit_webauthn), name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/remove/", keeps_the_last(noted(passkeys.remove_webauthn)), name="mfa_remove_webauthn"),
]
