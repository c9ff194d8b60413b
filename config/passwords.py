"""How passwords are hashed: Argon2id, at a cost that a class can pay at once."""

import os
from threading import BoundedSemaphore

from django.contrib.auth.hashers import Argon2PasswordHasher

AT_ONCE = BoundedSemaphore(max(2, os.cpu_count() or 2))
"""Hashes of one process at a time: more would not be sooner, only hold more memory."""


class Argon2(Argon2PasswordHasher):
    """32 MiB, two passes, one lane: about 60 ms of one core, and at most 32 MiB for each that runs."""

    time_cost = 2
    memory_cost = 32 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with AT_ONCE:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with AT_ONCE:
            return super().verify(password, encoded)
