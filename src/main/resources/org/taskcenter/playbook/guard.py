"""What watches one run: starts its playbook process, and sees to it that nothing of the run outlives the run.

It depends on nobody. It has the deadline of its member, and ends the run by itself when that passes, when its supervisor is
gone, when the time of the run is up, when it is told to, and when the playbook is through. Then it ends whatever descends from
it, also what has left the process group or has lost its parent, and tells how it went only when nothing is left.
"""

import json
import os
import select
import signal

from taskcenter import processes

FINISHED = "FINISHED"
STOPPED = "STOPPED"
TIME_LIMIT = "TIME_LIMIT"
LOST = "LOST"

_TAIL = 65536
_LOOK_SECONDS = 0.05
_ASK_SECONDS = 1.0
_LONGEST_WAIT_SECONDS = 3600


class Guard:
    """Of one run. `launch` becomes the playbook process: it is called in the new process and does not return."""

    def __init__(self, launch, feed, folder, control, report, deadline, limit, stop_grace, lost_grace):
        self._launch = launch
        self._feed = memoryview(feed)
        self._folder = folder
        self._control = control
        self._report = report
        self._deadline = deadline
        self._limit = processes.now() + limit
        self._stop_grace = stop_grace
        self._lost_grace = lost_grace
        self._orders = b""
        self._stop = False
        self._alone = False
        self._cause = None
        self._kill_at = None
        self._hurried = False
        self._ask_at = 0.0
        self._asked = set()
        self._playbook = None
        self._status = None
        self._text = None
        self._input = None
        self._tail = bytearray()
        self._wake = None

    def run(self):
        processes.become_subreaper()
        self._wake = self._wakeup()
        self._start()
        self._poll()
        while self._reap():
            self._judge()
            self._end()
            self._wait()
        self._read_text()
        self._folder.remove()
        self._tell()

    @staticmethod
    def _wakeup():
        """A pipe that can be read when a child has ended."""
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        os.set_blocking(writing, False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        return reading

    def _start(self):
        self._text, text = os.pipe()
        source, self._input = os.pipe()
        guard = os.getpid()
        self._playbook = os.fork()
        if self._playbook == 0:
            self._become_playbook(guard, source, text)
        os.close(text)
        os.close(source)
        self._launch.close()
        os.set_blocking(self._text, False)
        os.set_blocking(self._input, False)
        os.set_blocking(self._control, False)

    def _become_playbook(self, guard, source, text):
        try:
            processes.die_with(guard)
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            os.setsid()
            os.umask(0o077)
            processes.no_core_dumps()
            self._launch.become(source, text)
        finally:
            os._exit(1)

    def _poll(self):
        self._poller = select.poll()
        self._poller.register(self._wake, select.POLLIN)
        self._poller.register(self._control, select.POLLIN)
        self._poller.register(self._text, select.POLLIN)
        if self._feed:
            self._poller.register(self._input, select.POLLOUT)
        else:
            os.close(self._input)

    def _wait(self):
        for fd, event in self._poller.poll(self._patience() * 1000):
            if fd == self._wake:
                self._drain()
            elif fd == self._control:
                self._read_orders()
            elif fd == self._text:
                self._read_text()
            else:
                self._write_input()

    def _patience(self):
        if self._cause is not None:
            return _LOOK_SECONDS
        nearest = min(self._deadline, self._limit) - processes.now()
        return min(max(nearest, 0) + 0.001, _LONGEST_WAIT_SECONDS)

    def _drain(self):
        try:
            while os.read(self._wake, 4096):
                pass
        except BlockingIOError:
            pass

    def _read_orders(self):
        try:
            data = os.read(self._control, 65536)
        except BlockingIOError:
            return
        if not data:
            self._alone = True
            self._poller.unregister(self._control)
            return
        *lines, self._orders = (self._orders + data).split(b"\n")
        for line in lines:
            deadline, stop = line.split()
            self._deadline = float(deadline)
            self._stop = self._stop or stop == b"1"

    def _read_text(self):
        """Keeps the end of what the playbook process says."""
        try:
            while self._text is not None:
                data = os.read(self._text, 65536)
                if not data:
                    self._poller.unregister(self._text)
                    os.close(self._text)
                    self._text = None
                self._tail += data
                del self._tail[:-_TAIL]
        except BlockingIOError:
            pass

    def _write_input(self):
        try:
            self._feed = self._feed[os.write(self._input, self._feed):]
        except BlockingIOError:
            return
        except OSError:
            self._feed = memoryview(b"")
        if not self._feed:
            self._poller.unregister(self._input)
            os.close(self._input)

    def _reap(self):
        """Whether there still is a process of the run."""
        try:
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    return True
                if pid == self._playbook:
                    self._status = os.waitstatus_to_exitcode(status)
        except ChildProcessError:
            return False

    def _judge(self):
        now = processes.now()
        lost = self._alone or now >= self._deadline
        if self._status is not None:
            self._over(FINISHED, self._stop_grace)
        elif lost:
            self._over(LOST, self._lost_grace)
        elif self._stop:
            self._over(STOPPED, self._stop_grace)
        elif now >= self._limit:
            self._over(TIME_LIMIT, self._stop_grace)
        if lost and not self._hurried:
            self._hurried = True
            self._kill_at = min(self._kill_at, now + self._lost_grace)

    def _over(self, cause, grace):
        if self._cause is None:
            self._cause = cause
            self._kill_at = processes.now() + grace

    def _end(self):
        if self._cause is None:
            return
        now = processes.now()
        if now >= self._kill_at:
            for pid in processes.descendants(os.getpid()):
                processes.send(pid, signal.SIGKILL)
        elif now >= self._ask_at:
            # Not all the time: what a process starts in order to end well is to be left some time for that.
            self._ask_at = now + _ASK_SECONDS
            for pid in processes.descendants(os.getpid()):
                if pid not in self._asked:
                    self._asked.add(pid)
                    processes.send(pid, signal.SIGTERM)

    def _tell(self):
        told = {
            "cause": self._cause or FINISHED,
            "status": self._status,
            "text": self._tail.decode("utf-8", "replace").replace("\0", "\ufffd"),
        }
        with os.fdopen(self._report, "wb") as report:
            report.write(json.dumps(told).encode())
