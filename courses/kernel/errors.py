"""How the house says no: allowed to ask, but not now."""


class Refusal(Exception):
    """A rule says no, and nothing was kept. One subclass per rule, beside its action.

    `message` is written for the person: what happened and what to do next. A subclass may take arguments and
    build its own sentence; views put `str(refusal)` on the form, and the middleware shows it where there is none.
    """

    message = "That cannot be done now."

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)
