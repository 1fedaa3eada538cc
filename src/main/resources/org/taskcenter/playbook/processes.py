"""Processes below one: who they are, and how they end."""

import ctypes
import os
import resource
import signal
import time

_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def now():
    """Seconds of a clock that all processes of the machine share, and that goes on while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def become_subreaper():
    """From now on whatever descends from this process and loses its parent becomes its child."""
    if _LIBC.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


def die_with(parent):
    """Has this process killed when its parent dies."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def no_core_dumps():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def close_all_but(kept):
    """Closes every descriptor that is not named."""
    for name in os.listdir("/proc/self/fd"):
        fd = int(name)
        if fd not in kept:
            try:
                os.close(fd)
            except OSError:
                pass  # the one that listed them


def children_of_all():
    """All processes that live: the children of each, by the number of their parent."""
    children = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/%s/stat" % name, "rb") as file:
                    state, parent = file.read().rpartition(b")")[2].split()[:2]
            except OSError:
                continue  # it has ended meanwhile
            if state not in (b"Z", b"X"):
                children.setdefault(int(parent), []).append(int(name))
    return children


def descendants(root, without=()):
    """The processes below one, parents before their children, without some children of it and what is below those."""
    children = children_of_all()
    found = [pid for pid in children.get(root, ()) if pid not in without]
    for pid in found:
        found.extend(children.get(pid, ()))
    return found


def send(pid, number):
    try:
        os.kill(pid, number)
    except OSError:
        pass  # gone, or another user's: whoever waits for it sees
