"""The private folders of a run."""

import os
import secrets
import shutil

_OUTSIDE = "/tmp/taskcenter-"
_LONGEST_FOR_SOCKETS = 70


class Folder:
    """A folder for one run, and one outside of the centre's home where that one does not serve.

    Names of sockets are at most 108 bytes long, and a playbook behind a wrapper may be another user who cannot enter the
    centre's home. The link `outside` in the first leads to the second, so that it is found when the first is all that is left.
    """

    def __init__(self, above, name):
        self.path = os.path.join(above, name)
        self.outside = _OUTSIDE + secrets.token_hex(16)
        self.is_short = len(os.fsencode(self.path)) <= _LONGEST_FOR_SOCKETS

    def make(self):
        os.mkdir(self.path, 0o700)
        os.symlink(self.outside, os.path.join(self.path, "outside"))

    def sockets(self):
        """A folder with a short name."""
        path = os.path.join(self.path, "s")
        if not self.is_short:
            path = self.outside
        os.mkdir(path, 0o700)
        return path

    def remove(self):
        shutil.rmtree(self.outside, ignore_errors=True)
        shutil.rmtree(self.path, ignore_errors=True)


def clear(above):
    """Removes what runs have left whose guards were killed."""
    for entry in os.scandir(above):
        link = os.path.join(entry.path, "outside")
        if os.path.islink(link):
            outside = os.readlink(link)
            if outside.startswith(_OUTSIDE) and "/" not in outside[len(_OUTSIDE):]:
                shutil.rmtree(outside, ignore_errors=True)
        shutil.rmtree(entry.path, ignore_errors=True)
