"""Runs playbooks for one member of Task Center.

Orders come as lines of JSON on stdin, the first of them with the settings; what happens goes out as frames on stdout. Ansible is
imported once; each run is a fork of this process, which itself never runs a play, so no run sees anything of another.

    tick - N   the time of `processes.now`; answered by {"do": "renew", "until": ...} in terms of that same time, so an answer
               that was late does not say more than it said when it was asked for
    out ID N   N bytes of what the playbook process of that run has written; answered by {"do": "ack", ...} when they are used
    exit ID N  how that run has ended; none of its processes is left

A run that has WINDOW bytes under way is not read any more: it waits, and the others do not.
"""

import fcntl
import gc
import json
import os
import select
import signal
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from taskcenter import folder, launch, processes  # noqa: E402
from taskcenter.guard import Guard, LOST  # noqa: E402

WINDOW = 262144
_MOST_OUTGOING = 1048576
_CHUNK = 65536
_TICK_SECONDS = 1.0


class Run:
    """One run, as the supervisor sees it."""

    def __init__(self, name, its_folder, guard, control, events, report):
        self.name = name
        self.folder = its_folder
        self.guard = guard
        self.control = control
        self.events = events
        self.report = report
        self.told = b""
        self.under_way = 0
        self.stop = False
        self.overdue = None

    def is_over(self):
        return self.events is None and self.report is None


class Supervisor:
    def __init__(self, settings, incoming):
        self._settings = settings
        self._work = os.path.join(settings["home"], "work")
        self._runs = {}
        self._early = []
        self._deadline = None
        self._outgoing = bytearray()
        self._incoming = incoming
        self._next_tick = 0.0
        self._orphans = False
        self._started = 0

    def run(self):
        os.set_blocking(0, False)
        os.set_blocking(1, False)
        self._obey_lines()
        while True:
            self._tick()
            self._look_after_guards()
            self._end_orphans()
            self._tell_ends()
            self._wait()

    def _wait(self):
        poller = select.poll()
        poller.register(0, select.POLLIN)
        if self._outgoing:
            poller.register(1, select.POLLOUT)
        readers = {}
        has_room = len(self._outgoing) < _MOST_OUTGOING
        for run in self._runs.values():
            if run.events is not None and has_room and run.under_way < WINDOW:
                poller.register(run.events, select.POLLIN)
                readers[run.events] = (self._read_events, run)
            if run.report is not None:
                poller.register(run.report, select.POLLIN)
                readers[run.report] = (self._read_report, run)
        patience = 0.02 if self._orphans else max(0.0, self._next_tick - processes.now())
        for fd, event in poller.poll(patience * 1000 + 1):
            if fd == 0:
                self._read_orders()
            elif fd == 1:
                self._write()
            else:
                read, run = readers[fd]
                read(run)

    # What comes from the JVM

    def _read_orders(self):
        data = os.read(0, 1048576)
        if not data:
            os._exit(0)  # the guards notice
        self._incoming += data
        if b"\n" in data:
            self._obey_lines()

    def _obey_lines(self):
        *lines, self._incoming = self._incoming.split(b"\n")
        for line in lines:
            self._obey(json.loads(line))

    def _obey(self, order):
        what = order["do"]
        if what == "renew":
            self._renew(order["until"])
        elif what == "run" and self._deadline is None:
            self._early.append(order)
        elif what == "run":
            self._start(order)
        elif what == "stop":
            self._stop(order["id"])
        elif what == "ack" and order["id"] in self._runs:
            self._runs[order["id"]].under_way -= order["bytes"]

    def _renew(self, until):
        self._deadline = until
        for run in self._runs.values():
            self._instruct(run)
        early, self._early = self._early, []
        for order in early:
            self._start(order)

    def _stop(self, name):
        self._early, early = [order for order in self._early if order["id"] != name], self._early
        if len(early) != len(self._early):
            self._tell("exit", name, {"cause": "STOPPED", "status": None, "text": ""})
        run = self._runs.get(name)
        if run is not None:
            run.stop = True
            run.overdue = min(run.overdue, processes.now() + self._settings["stopGrace"])
            self._instruct(run)

    # Runs

    def _start(self, order):
        name = order["id"]
        if processes.now() >= self._deadline:
            self._tell("exit", name, {"cause": LOST, "status": None, "text": "this member may not work at the moment"})
            return
        self._started += 1
        its_folder = folder.Folder(self._work, "%d-%d" % (os.getpid(), self._started))
        pipes = []
        try:
            run = self._begin(order, its_folder, pipes)
        except OSError as e:
            # No space, no descriptors, no processes: this run's trouble, which may be over when it is tried again.
            for fd in pipes:
                os.close(fd)
            its_folder.remove()
            sys.stderr.write("run %s cannot be started: %s\n" % (name, e))
            sys.stderr.flush()
            self._tell("exit", name, {"cause": LOST, "status": None, "text": "it cannot be started: %s" % e})
            return
        run.overdue = processes.now() + order["limit"] + self._settings["stopGrace"]
        self._runs[name] = run

    def _begin(self, order, its_folder, pipes):
        """Starts a guard. The descriptors that were made for it are in pipes."""
        its_folder.make()
        for _ in range(3):
            pipes += os.pipe()
        events, events_out, control_in, control, report, report_out = pipes
        self._write()
        guard = os.fork()
        if guard == 0:
            self._become_guard(order, its_folder, control_in, report_out, events_out)
        for fd in (events_out, control_in, report_out):
            os.close(fd)
        for fd in (events, control, report):
            os.set_blocking(fd, False)
        return Run(order["id"], its_folder, guard, control, events, report)

    def _become_guard(self, order, its_folder, control, report, events):
        try:
            # It keeps stdout: the JVM sees the end of that only when all guards are gone, too.
            processes.close_all_but({1, 2, control, report, events, self._settings["lock"]})
            launcher = launch.Launch(order, self._settings, its_folder, events)
            Guard(
                launcher,
                launcher.feed(),
                its_folder,
                control,
                report,
                self._deadline,
                order["limit"],
                self._settings["stopGrace"],
                self._settings["lostGrace"],
            ).run()
            os._exit(0)
        except BaseException as e:  # whatever it is, this must not go on as a second supervisor
            sys.stderr.write("guard: %r\n" % e)
            sys.stderr.flush()
        finally:
            os._exit(1)

    def _instruct(self, run):
        """Tells a guard all there is to know, anew every second: what a full pipe swallows is said again."""
        if run.report is not None:
            try:
                os.write(run.control, b"%r %d\n" % (self._deadline, run.stop))
            except OSError:
                pass

    def _read_events(self, run):
        data = os.read(run.events, _CHUNK)
        if data:
            run.under_way += len(data)
            self._send("out", run.name, data)
        else:
            os.close(run.events)
            run.events = None

    def _read_report(self, run):
        data = os.read(run.report, _CHUNK)
        run.told += data
        if not data:
            os.close(run.report)
            os.close(run.control)
            run.report = None
            if not run.told:
                self._orphans = True

    def _tell_ends(self):
        for run in [run for run in self._runs.values() if run.is_over()]:
            if run.told:
                self._send("exit", run.name, run.told)
            elif self._orphans:
                continue
            else:
                run.folder.remove()
                self._tell("exit", run.name, {"cause": LOST, "status": None, "text": "its guard has died"})
            del self._runs[run.name]

    # What goes wrong

    def _look_after_guards(self):
        now = processes.now()
        for run in self._runs.values():
            latest = min(run.overdue, (self._deadline or now) + self._settings["lostGrace"])
            if run.report is not None and now > latest + self._settings["stopGrace"]:
                sys.stderr.write("the guard of run %s does not do its work, and is killed\n" % run.name)
                sys.stderr.flush()
                processes.send(run.guard, signal.SIGKILL)
                run.overdue = now + self._settings["stopGrace"]

    def _end_orphans(self):
        """Ends what a guard that was killed has left: it is ours now."""
        guards = {run.guard for run in self._runs.values() if run.report is not None}
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            pass
        if self._orphans:
            try:
                left = processes.descendants(os.getpid(), guards)
            except OSError:
                return  # no descriptor is free: the next time around
            for pid in left:
                processes.send(pid, signal.SIGKILL)
            self._orphans = bool(left)

    # What goes to the JVM

    def _tick(self):
        now = processes.now()
        if now >= self._next_tick:
            self._next_tick = now + _TICK_SECONDS
            if len(self._outgoing) < 2 * _MOST_OUTGOING:
                self._send("tick", "-", repr(now).encode())
            for run in self._runs.values():
                self._instruct(run)

    def _tell(self, kind, name, told):
        self._send(kind, name, json.dumps(told).encode())

    def _send(self, kind, name, data):
        self._outgoing += b"%s %s %d\n" % (kind.encode(), name.encode(), len(data))
        self._outgoing += data
        self._write()

    def _write(self):
        try:
            while self._outgoing:
                written = os.write(1, self._outgoing)
                del self._outgoing[:written]
        except BlockingIOError:
            pass
        except BrokenPipeError:
            os._exit(0)


def first_line():
    """The first line of stdin, and what has been read of those behind it."""
    data = bytearray()
    while b"\n" not in data:
        more = os.read(0, 65536)
        if not more:
            os._exit(0)
        data += more
    line, _, rest = data.partition(b"\n")
    return line, rest


def main():
    line, rest = first_line()
    settings = json.loads(line)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    try:
        os.setsid()
    except OSError:
        pass  # it leads a group already
    os.umask(0o077)
    processes.no_core_dumps()
    processes.become_subreaper()
    # Held by guards, too: what an earlier centre has left in this home has ended when we get it.
    settings["lock"] = os.open(os.path.join(settings["home"], "lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(settings["lock"], fcntl.LOCK_EX)
    work = os.path.join(settings["home"], "work")
    os.makedirs(work, 0o700, exist_ok=True)
    folder.clear(work)
    launch.prepare(settings, os.path.join(work, "supervisor"), ("setup", "command"))
    gc.collect()
    gc.freeze()
    Supervisor(settings, rest).run()


if __name__ == "__main__":
    main()
