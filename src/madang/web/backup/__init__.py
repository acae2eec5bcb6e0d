"""One file that holds a site: its database in one snapshot, its uploads, and what both should be when they return."""

from madang.web.backup.errors import BackupError, DamagedError
from madang.web.backup.restore import Restored, restore
from madang.web.backup.save import Saved, save

__all__ = ["BackupError", "DamagedError", "Restored", "Saved", "restore", "save"]
