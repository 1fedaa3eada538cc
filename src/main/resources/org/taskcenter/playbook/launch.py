"""How a playbook process comes to be: warm, as a fork of the supervisor, or cold, behind the wrapper command."""

import importlib
import json
import os
import shlex
import sys

from taskcenter import processes

_PROGRAM = ("processes", "folder", "reporting", "hangup", "packing", "piping", "pinned", "playbook", "launch")
_COLD = """
import json, os, sys, types
given = json.loads(sys.stdin.buffer.read())
package = types.ModuleType("taskcenter")
package.__path__ = []
sys.modules["taskcenter"] = package
import importlib.abc, importlib.util
class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        if name.startswith("taskcenter."):
            return importlib.util.spec_from_loader(name, self)
    def exec_module(self, module):
        name = module.__name__.partition(".")[2]
        exec(compile(given["program"][name], name + ".py", "exec"), module.__dict__)
sys.meta_path.insert(0, Finder())
from taskcenter import launch
launch.cold(given)
"""


def prepare(settings, temporary, packed=()):
    """Imports all that a run needs of Ansible, with the environment that this takes its settings from.

    packed: modules to have ready for sending to nodes
    """
    os.makedirs(temporary, 0o700, exist_ok=True)
    os.environ.update(_environment(settings))
    os.environ["ANSIBLE_CONFIG"] = os.path.join(temporary, "ansible.cfg")
    with open(os.environ["ANSIBLE_CONFIG"], "x"):
        pass  # an empty one in place of those that may lie about
    os.environ["ANSIBLE_LOCAL_TEMP"] = temporary
    importlib.import_module("taskcenter.playbook").warm_up(packed)


def _environment(settings):
    home = settings["home"]
    default_roles = "~/.ansible/roles:/usr/share/ansible/roles:/etc/ansible/roles"
    return {
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_RETRY_FILES_ENABLED": "0",
        "ANSIBLE_PIPELINING": "1",
        "ANSIBLE_ROLES_PATH": os.path.join(home, "roles") + ":" + default_roles,
        "ANSIBLE_SSH_ARGS": " ".join(shlex.quote(word) for word in _ssh(settings)),
        "ANSIBLE_TIMEOUT": "10",
    }


def _ssh(settings):
    words = ["-C"]
    options = ["ControlMaster=auto", "ControlPersist=60s", "IdentitiesOnly=yes"]
    own = os.path.join(settings["home"], "known_hosts")
    known = '"%s" ~/.ssh/known_hosts ~/.ssh/known_hosts2' % own if os.access(settings["home"], os.W_OK) else ""
    checking = {"ACCEPT_NEW": "accept-new", "STRICT": "yes", "OFF": "no"}[settings["hostKeys"]]
    options.append("StrictHostKeyChecking=" + checking)
    if checking == "no":
        options.append("UserKnownHostsFile=" + os.devnull)
    elif known:
        options.append("UserKnownHostsFile=" + known)
    for option in options:
        words += ["-o", option]
    return words


class Launch:
    """Of one run."""

    def __init__(self, order, settings, folder, events):
        self._order = order
        self._settings = settings
        self._folder = folder
        self._events = events
        self._wrapper = settings["wrapper"]

    def feed(self):
        """What the playbook process reads on its stdin."""
        if not self._wrapper:
            return b""
        program = {}
        for name in _PROGRAM:
            with open(os.path.join(os.path.dirname(__file__), name + ".py"), encoding="utf-8") as file:
                program[name] = file.read()
        key = self._settings["privateKey"]
        if key:
            with open(key, encoding="utf-8") as file:
                for node in self._order["nodes"]:
                    node["privateKey"] = node["privateKey"] or file.read()
                    file.seek(0)
        settings = dict(self._settings, privateKey=None)
        given = {"program": program, "order": self._order, "settings": settings, "folder": self._folder.outside}
        return json.dumps(given).encode()

    def close(self):
        os.close(self._events)

    def become(self, source, text):
        """Becomes the playbook process, and does not return."""
        if self._wrapper:
            os.dup2(source, 0)
            os.dup2(self._events, 1)
            os.dup2(text, 2)
            processes.close_all_but({0, 1, 2})
            os.chdir("/")
            command = self._wrapper + [sys.executable, *self._settings["isolation"], "-c", _COLD]
            try:
                os.execvp(command[0], command)
            except OSError as e:
                os.write(2, b"%s cannot be started: %s\n" % (os.fsencode(command[0]), os.fsencode(e.strerror)))
                os._exit(1)
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(text, 1)
        os.dup2(text, 2)
        processes.close_all_but({0, 1, 2, self._events})
        _run(self._order, self._settings, self._folder.path, self._folder.sockets(), self._events)


def cold(given):
    """The playbook process behind a wrapper. Its stdout is where events go: of all descriptors wrappers leave that one alone."""
    import pwd

    os.environ["HOME"] = pwd.getpwuid(os.getuid()).pw_dir
    os.umask(0o077)
    processes.no_core_dumps()
    events = os.dup(1)
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    folder = given["folder"]
    os.mkdir(folder, 0o700)
    prepare(given["settings"], os.path.join(folder, "tmp"))
    sockets = os.path.join(folder, "s")
    os.mkdir(sockets, 0o700)
    _run(given["order"], given["settings"], folder, sockets, events)


def _run(order, settings, folder, sockets, events):
    from taskcenter import playbook

    playbook.run(order, settings, folder, sockets, events)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
