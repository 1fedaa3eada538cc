"""Runs what an order says, by Ansible's own classes."""

import json
import multiprocessing
import os
import re
import secrets

from ansible import constants as C
from ansible import context
from ansible.cli.playbook import PlaybookCLI
from ansible.errors import AnsibleError
from ansible.executor import action_write_locks, task_queue_manager
from ansible.executor.playbook_executor import PlaybookExecutor
from ansible.executor.task_queue_manager import AnsibleEndPlay, TaskQueueManager
from ansible.inventory.manager import InventoryManager
from ansible.module_utils.common.text.converters import to_text
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play import Play
from ansible.plugins import loader as plugins
from ansible.template import Templar
from ansible.utils.context_objects import CLIArgs
from ansible.utils.display import Display
from ansible.utils.ssh_functions import set_default_transport
from ansible.utils.unsafe_proxy import wrap_var
from ansible.vars.manager import VariableManager

from taskcenter import hangup, packing, piping
from taskcenter.pinned import Strategies
from taskcenter.reporting import Reporter

_NODE = re.compile(r"[A-Za-z0-9_:][A-Za-z0-9_.:%-]{0,254}")
_PASSWORDS = {"ansible_password", "ansible_ssh_pass", "ansible_ssh_password"}


def warm_up(packed=()):
    """Does once, before there are runs, what each would do anew. Nothing of this has to do with a play.

    packed: the modules to have ready for sending
    """
    PlaybookCLI(["ansible-playbook", "none"]).parse()
    set_default_transport()
    for loader in (plugins.connection_loader, plugins.shell_loader, plugins.become_loader, plugins.callback_loader):
        list(loader.all(class_only=True))
    for loader, name in (
        (plugins.strategy_loader, "linear"),
        (plugins.strategy_loader, "free"),
        (plugins.action_loader, "gather_facts"),
        (plugins.action_loader, "normal"),
        (plugins.action_loader, "command"),
        (plugins.action_loader, "copy"),
        (plugins.action_loader, "template"),
    ):
        loader.get(name, class_only=True)
    templar = Templar(loader=DataLoader(), variables={"a": "b"})
    templar.template("{{ a | default('c') }}")
    hangup.install()
    piping.install()
    packing.pack(packed)


def run(order, settings, folder, sockets, pipe):
    """Runs an order from its start to its end, and reports both."""
    reporter = Reporter(pipe)
    results = {}
    error = None
    try:
        _Run(order, settings, folder, sockets, reporter, results).run()
    except AnsibleError as e:
        error = to_text(e)
    except (Exception, SystemExit, KeyboardInterrupt) as e:
        error = "%s: %s" % (type(e).__name__, to_text(e))
    reporter.ended(results, error)


class _Run:
    def __init__(self, order, settings, folder, sockets, reporter, results):
        self._order = order
        self._reporter = reporter
        self._results = results
        self._folder = folder
        self._through = {}
        self._here = os.path.join(folder, "play")
        self._settle(settings, sockets)

    def _settle(self, settings, sockets):
        """Where this run has its files, and what it was ordered to be like."""
        temporary = os.path.join(self._folder, "local")
        for path in (temporary, self._here, os.path.join(self._folder, "keys")):
            os.mkdir(path, 0o700)
        os.chdir(self._here)
        self._take_locks()
        self._warm, C.DEFAULT_LOCAL_TMP = C.DEFAULT_LOCAL_TMP, temporary
        os.environ["ANSIBLE_LOCAL_TEMP"] = temporary
        os.environ["ANSIBLE_SSH_CONTROL_PATH_DIR"] = sockets
        order = self._order
        context.CLIARGS = CLIArgs(
            dict(
                context.CLIARGS,
                forks=order["forks"],
                check=order["check"],
                tags=_separate(order["tags"]) or ("all",),
                skip_tags=_separate(order["skipTags"]),
                remote_user=wrap_var(order["user"]),
                private_key_file=wrap_var(settings["privateKey"]) if settings["privateKey"] else None,
                become_ask_pass=False,
                inventory=(),
                args=(),
            )
        )

    @staticmethod
    def _take_locks():
        """Those that were made before the fork are every run's: a worker that is killed with one would hold up all of them for ever."""
        locks = action_write_locks.action_write_locks
        for name in locks:
            locks[name] = multiprocessing.Lock()

    def run(self):
        self._variables = _parsed(self._order["variables"], dict, "the variables")
        packing.take(self._warm, C.DEFAULT_LOCAL_TMP, self._variables.get("ansible_connection") == "local")
        if not _PASSWORDS & self._variables.keys():
            os.environ["ANSIBLE_SSH_ARGS"] += " -o BatchMode=yes"
        self._loader = DataLoader()
        self._loader.set_basedir(self._here)
        self._inventory = self._make_inventory()
        self._manager = VariableManager(loader=self._loader, inventory=self._inventory)
        Display.do_var_prompt = self._answer
        if self._order["kind"] == "PLAYBOOK":
            self._run_playbook()
        else:
            self._run_play()

    def _make_inventory(self):
        inventory = InventoryManager(loader=self._loader, parse=False)
        for number, node in enumerate(self._order["nodes"]):
            name = node["name"]
            if not _NODE.fullmatch(name):
                raise AnsibleError("%r is neither an address nor a host name" % name)
            inventory.add_host(name, group="all")
            if node["privateKey"]:
                self._give_key(inventory, name, number, node["privateKey"])
        for name, value in self._variables.items():
            inventory._inventory.set_variable("all", name, value)
        inventory.reconcile_inventory()
        return inventory

    def _give_key(self, inventory, name, number, text):
        if {"ansible_private_key_file", "ansible_ssh_private_key_file"} & self._variables.keys():
            return
        path = os.path.join(self._folder, "keys", str(number))
        with open(path, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(text.replace("\r\n", "\n").rstrip("\n") + "\n")
        inventory._inventory.set_variable(name, "ansible_ssh_private_key_file", wrap_var(path))

    def _answer(self, name, *args, **kwargs):
        if name in self._variables:
            return self._variables[name]
        raise AnsibleError("vars_prompt asks for %s, and nobody is there to answer: give it in the variables" % name)

    # Task lists and roles

    def _run_play(self):
        what = "roles" if self._order["kind"] == "ROLES" else "tasks"
        content = _parsed(self._order["text"], list, what)
        strategy = "taskcenter " + secrets.token_hex(16)
        data = {
            "name": "Task Center",
            "hosts": "all",
            "gather_facts": True,
            "strategy": strategy,
            what: content,
        }
        task_queue_manager.strategy_loader = Strategies(plugins.strategy_loader, strategy, self._tell_through)
        set_default_transport()
        queue = TaskQueueManager(
            inventory=self._inventory,
            variable_manager=self._manager,
            loader=self._loader,
            passwords={"conn_pass": None, "become_pass": None},
            stdout_callback=self._reporter,
            run_additional_callbacks=False,
            forks=self._order["forks"],
        )
        self._reporter.stats = queue._stats
        whole = False
        try:
            play = Play.load(data, variable_manager=self._manager, loader=self._loader)
            try:
                queue.run(play)
            except AnsibleEndPlay:
                pass  # meta: end_play
            whole = True
        finally:
            self._judge(queue, [node["name"] for node in self._order["nodes"]] if whole else ())
            self._results.update(self._through)
            queue.cleanup()
            self._loader.cleanup_all_tmp_files()

    def _tell_through(self, node, result):
        """What is told stays so, even where the errors of all hosts are cleared later."""
        self._through[node] = result
        self._reporter.through(node, result)

    # Whole playbooks

    def _run_playbook(self):
        path = os.path.join(self._here, "playbook.yml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(self._order["text"])
        executor = PlaybookExecutor(
            playbooks=[path],
            inventory=self._inventory,
            variable_manager=self._manager,
            loader=self._loader,
            passwords={"conn_pass": None, "become_pass": None},
        )
        queue = executor._tqm
        queue._stdout_callback = self._reporter
        queue._run_additional_callbacks = False
        self._reporter.stats = queue._stats
        self._reporter.hosts_of = lambda play: [host.name for host in self._inventory.get_hosts(play.hosts)]
        breaks = _Breaks(queue)
        whole = False
        try:
            executor.run()
            whole = True
        finally:
            queue._unreachable_hosts.update(executor._unreachable_hosts)
            self._judge(queue, self._reporter.batches if whole else ())
            if whole:
                self._judge_cut_off(breaks.seen)
        if not self._results:
            raise AnsibleError("no play of the playbook is for any of the nodes")

    def _judge(self, queue, hosts):
        """As `ansible-playbook` does, whose exit code follows from the same."""
        names = {node["name"] for node in self._order["nodes"]}
        for host in names.intersection(hosts):
            self._results[host] = "SUCCEEDED"
        for host in names.intersection(queue._failed_hosts):
            self._results[host] = "FAILED"
        for host in names.intersection(queue._unreachable_hosts):
            self._results[host] = "UNREACHABLE"

    def _judge_cut_off(self, broken):
        """Ansible ends a playbook where too many have failed, and counts those it was at as failed, others not at all.

        broken: whether it has ended a play before all that it was at were through
        """
        if broken:
            for host, result in self._results.items():
                if result == "FAILED" and host not in self._reporter.failed:
                    self._results[host] = "CUT_OFF"
        if {"FAILED", "UNREACHABLE"} & set(self._results.values()):
            for host in self._planned().difference(self._results):
                self._results[host] = "CUT_OFF"

    def _planned(self):
        """The nodes that any play is for, as far as that can be known of plays that never began."""
        self._inventory.remove_restriction()
        planned = set()
        for play in self._reporter.plays:
            try:
                hosts = Templar(self._loader, variables=self._manager.get_vars(play=play)).template(play.hosts)
                planned.update(host.name for host in self._inventory.get_hosts(hosts))
            except AnsibleError:
                continue
        return planned.intersection(node["name"] for node in self._order["nodes"])


class _Breaks:
    """Sees whether a play was ended for all because some have failed."""

    def __init__(self, queue):
        self.seen = False
        self._queue = queue
        self._run = queue.run
        queue.run = self._watched

    def _watched(self, *args, **named):
        result = self._run(*args, **named)
        self.seen = self.seen or bool(result & self._queue.RUN_FAILED_BREAK_PLAY)
        return result


def _separate(tags):
    return tuple(part.strip() for tag in tags for part in tag.split(",") if part.strip())


def _parsed(text, kind, what):
    try:
        value = json.loads(text)
    except ValueError as e:
        raise AnsibleError("%s cannot be read as JSON: %s" % (what, e))
    if not isinstance(value, kind):
        raise AnsibleError("%s: a JSON %s is expected" % (what, "object" if kind is dict else "array"))
    return value
