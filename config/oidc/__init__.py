"""Signing in with the school's own accounts: OpenID Connect, with every claim of the token checked."""
