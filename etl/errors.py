"""Errors a person can act on: each names the thing, the reason and the next step.

The class says whose turn it is. ``UserError`` (exit code 2): the caller must change something. ``TemporaryError``
(exit code 1): the same call may work later, so a scheduler retries it. Any other ``OvertoneError`` (exit code 1) is
ours to mend.
"""


class OvertoneError(Exception):
    """Something that stops the work, said in one line: ``thing: reason. next step``."""

    exit_code = 1
    retry = False
    of_operators = False  #: whether its words are for whoever runs Overtone: they may name hosts, ports and paths

    def __init__(self, thing: object, reason: str, next_step: str) -> None:
        reason = " ".join(reason.splitlines())  # a library's may be of several lines
        super().__init__(f"{thing}: {reason}. {next_step}")
        self.thing = str(thing)
        self.reason = reason
        self.next_step = next_step

    def __reduce__(self) -> tuple:
        """Errors cross process borders in Spark; the default would pass the one joined line to ``__init__``."""
        return type(self), (self.thing, self.reason, self.next_step)


class UserError(OvertoneError):
    """The caller's to mend: a file, an argument, a setting."""

    exit_code = 2


class SettingInvalid(UserError):
    """An ``OVERTONE_…`` variable holds what it cannot hold."""

    of_operators = True


class ArgumentInvalid(UserError):
    """A command or a job was asked for something that does not exist: a day, a genre, a job."""


class ValueRefused(UserError):
    """Something that was sent has no place in Postgres: a NUL in a text, a number that is too large."""


class SourceMissing(UserError):
    """A file or folder that was named is not there, or holds nothing that we read."""


class SourceMalformed(UserError):
    """A file is there but is not what its source publishes."""


class SourceTruncated(SourceMalformed):
    """A file ends before its content does: cut, half-written or still being copied."""


class TooManyBadRows(SourceMalformed):
    """A drop's share of refused rows is over the limit; nothing of it was published."""


class PackageMissing(UserError):
    """A part of Overtone was asked for that is not installed here."""


class PortTaken(UserError):
    """Another program listens where one of our servers should."""


class AudioError(UserError):
    """A clip that cannot be described. ``type(error).__name__`` is the reason code in quarantine."""


class AudioUnreadable(AudioError):
    """No decoder of ours makes sense of the bytes."""


class AudioTooShort(AudioError):
    """Fewer samples than one analysis window."""


class AudioTooLong(AudioError):
    """More samples than we take into memory for one clip."""


class AudioSilent(AudioError):
    """Nothing is heard from beginning to end: it is like no music."""


class AudioNotFinite(AudioError):
    """The decoded signal holds NaN or infinity."""


class TemporaryError(OvertoneError):
    """Nobody's fault: the same call may work in a minute."""

    retry = True


class DatabaseUnavailable(TemporaryError):
    """Postgres does not answer, or ended the connection."""

    of_operators = True


class StorageUnavailable(TemporaryError):
    """Landing or lake cannot be reached."""

    of_operators = True


class DiskFull(OvertoneError):
    """No space is left where we write."""

    of_operators = True


class BooksDoNotBalance(OvertoneError):
    """Rows in differ from inserted + updated + unchanged + quarantined: a defect of ours, stopped before publishing."""


class SetupFailed(OvertoneError):
    """Java, Postgres, Airflow or the app could not be started."""

    of_operators = True
