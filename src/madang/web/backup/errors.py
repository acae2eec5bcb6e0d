"""What can go wrong with a backup; each text says what to do next."""


class BackupError(RuntimeError):
    """It cannot be done as asked; nothing was changed."""


class DamagedError(BackupError):
    """The archive is not what was written: cut off, changed, or opened with another passphrase."""
