"""The three ways in which the warehouse says no, each with its exit code (DESIGN §11).

A message names what happened, where (file, line, column; never a value of a record) and what to
do next. Whoever catches one prints its text, never a traceback.
"""


class HelplineError(Exception):
    """Base of every error that a user may see; `exit_code` is what the command line returns."""

    exit_code = 3


class DataNotPassed(HelplineError):
    """The data did not pass a blocking check: nothing is published, the current release stays."""

    exit_code = 1


class WrongUse(HelplineError):
    """A setting, a contract, an argument or a published figure is wrong: nothing was loaded."""

    exit_code = 2


class CannotRun(HelplineError):
    """The machine does not allow it now: a lock, the disk, a missing or wrong key."""

    exit_code = 3
