"""The strategy for task lists and roles: Ansible's `host_pinned`, and it tells when a host is through, and how."""

from ansible.plugins.strategy.host_pinned import StrategyModule as HostPinned


class Pinned(HostPinned):
    """Tells of each host for which nothing is left to do. This costs neither a task nor a fork.

    That a task has failed does not say so: it may be rescued, and there is what is always to be done. What would come next does.
    """

    def __init__(self, tqm, through):
        super().__init__(tqm)
        self._through = through
        self._moved = {}

    def _execute_meta(self, task, play_context, iterator, target_host):
        self._moved[target_host.name] = target_host
        return super()._execute_meta(task, play_context, iterator, target_host)

    def _process_pending_results(self, *args, **named):
        results = super()._process_pending_results(*args, **named)
        for result in results:
            self._moved[result._host.name] = result._host
        return results

    def get_hosts_left(self, iterator):
        """Ansible asks for these each time around, when it has put in what tasks have included."""
        moved, self._moved = self._moved, {}
        for name, host in moved.items():
            if not self._blocked_hosts.get(name, False):
                self._look_at(host, iterator)
        return super().get_hosts_left(iterator)

    def _look_at(self, host, iterator):
        if host.name in self._tqm._unreachable_hosts:
            self._through(host.name, "UNREACHABLE")
            return
        state, task = iterator.get_next_task_for_host(host, peek=True)
        if task is None:
            self._through(host.name, "FAILED" if iterator._check_failed_state(state) else "SUCCEEDED")


class Strategies:
    """In place of Ansible's loader of strategies: knows one more, under a name that no playbook can guess."""

    def __init__(self, loader, name, through):
        self._loader = loader
        self._name = name
        self._through = through

    def get(self, name, tqm, *args, **kwargs):
        if name == self._name:
            strategy = Pinned(tqm, self._through)
            strategy._load_name = name
            return strategy
        return self._loader.get(name, tqm, *args, **kwargs)

    def __getattr__(self, name):
        return getattr(self._loader, name)
