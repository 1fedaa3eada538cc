"""What a run has started on a node over SSH ends when its connection does.

sshd leaves the processes of a closed connection alone where they have no terminal, and with pipelining they have none. A run that
is ended would go on there, perhaps beside the same run on another member. So a small loop in the node's own shell looks whether
the sshd of the connection is still there, and when it is not ends the process group of the command. What has left that group,
such as services and `async` tasks, was meant to stay.
"""

import shlex

from ansible.plugins.loader import connection_loader

_SHELL = "/bin/sh -c "
_WATCHED = """p=$PPID
if read -r i n s q o 2>/dev/null </proc/$p/stat; then case $n in "(sshd"*) ;; *) p=$q ;; esac; fi
w=
if kill -0 $p 2>/dev/null; then
(while kill -0 $p; do sleep 1; done; trap "" TERM; kill -TERM 0; sleep 5; kill -KILL 0) </dev/null >/dev/null 2>&1 &
w=$!
fi
%s
r=$?
[ -z "$w" ] || kill $w 2>/dev/null
exit $r"""


def watched(command):
    """The command with that loop beside it; what is no shell command, such as a router's, as it is."""
    if not command.startswith(_SHELL):
        return command
    return _SHELL + shlex.quote(_WATCHED % command)


def install():
    connection = connection_loader.get("ssh", class_only=True)
    execute = connection.exec_command

    def exec_command(self, cmd, in_data=None, sudoable=True):
        return execute(self, watched(cmd), in_data=in_data, sudoable=sudoable)

    connection.exec_command = exec_command
