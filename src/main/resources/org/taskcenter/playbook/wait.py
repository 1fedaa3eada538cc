"""Waits until no supervisor and no guard is left that uses this home: each of them holds the lock."""

import fcntl
import os
import sys

fcntl.flock(os.open(os.path.join(sys.argv[1], "lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), fcntl.LOCK_EX)
