"""How people come: by list or invitation, never by signing themselves up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignUp(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Close the sign-up page; a teacher or an admin makes accounts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
