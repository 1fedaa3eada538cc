"""What happens in a run, as lines of JSON."""

import json
import os
import re
import shlex
import threading
import time

from ansible.plugins.callback import CallbackBase

MOST_LINES = 1000000
_LONGEST = 65536
_CUT = "\n[cut: %d characters in all]"
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_JOINED = ("cmd", "stdout", "stderr", "msg")


def storable(text, longest=_LONGEST):
    """A text that can be written as UTF-8 and stored anywhere, of at most so many bytes."""
    if not isinstance(text, str):
        text = text.decode("utf-8", "replace") if isinstance(text, bytes) else json.dumps(text, default=str, ensure_ascii=False)
    cut = _UNSTORABLE.sub("\ufffd", text[: longest + 1])
    data = cut.encode()
    if len(data) > longest:
        note = _CUT % len(text)
        cut = data[: longest - len(note)].decode("utf-8", "ignore") + note
    return str(cut)


def _text(value):
    return None if value is None or value == "" else storable(value)


def _cmd(value):
    if isinstance(value, (list, tuple)):
        return shlex.join(str(word) for word in value)
    return value


def _rc(value):
    try:
        code = int(value)
    except (TypeError, ValueError):
        return None
    return code if -(2**31) <= code < 2**31 else None


def _said(result):
    """What one call of a module has said, as far as it may be shown."""
    if result.get("_ansible_no_log") or "censored" in result:
        return {}
    return {
        "cmd": _cmd(result.get("cmd")),
        "rc": _rc(result.get("rc")),
        "stdout": result.get("stdout") or result.get("module_stdout"),
        "stderr": result.get("stderr") or result.get("module_stderr"),
        "msg": result.get("msg") or result.get("reason") or result.get("skip_reason"),
    }


def _joined(results):
    """What the calls of a loop have said: texts one below the other, and the first code that is not 0."""
    said = [_said(result) for result in results if isinstance(result, dict)]
    joined = {}
    for field in _JOINED:
        texts = [storable(each[field]) for each in said if each.get(field)]
        joined[field] = "\n".join(texts) if texts else None
    codes = [each["rc"] for each in said if each.get("rc") is not None]
    joined["rc"] = next((code for code in codes if code != 0), 0 if codes else None)
    return joined


class Reporter(CallbackBase):
    """A callback plug-in that writes to a pipe. Where the pipe is full it waits, and the run with it."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "taskcenter"

    def __init__(self, pipe):
        super().__init__()
        self._pipe = pipe
        self._lock = threading.Lock()
        self._starts = {}
        self._begun = set()
        self._lines = 0
        self._forgiven = {}
        self.stats = None
        self.batches = set()
        self.plays = ()
        self.failed = set()
        self.hosts_of = None

    # What Ansible calls

    def v2_playbook_on_start(self, playbook):
        self.plays = playbook.get_plays()

    def v2_playbook_on_play_start(self, play):
        if self.hosts_of is not None:
            self.batches.update(self.hosts_of(play))

    def v2_runner_on_start(self, host, task):
        name = host.get_name()
        self._starts[name, task._uuid] = time.time()
        if name not in self._begun:
            self._begun.add(name)
            self._write({"is": "begun", "node": name})

    def v2_runner_on_ok(self, result):
        self._line(result, "OK", False)

    def v2_runner_on_skipped(self, result):
        self._line(result, "SKIPPED", False)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._line(result, "FAILED", self._is_forgiven(result) or bool(ignore_errors))

    def v2_runner_on_unreachable(self, result):
        self._line(result, "UNREACHABLE", self._is_forgiven(result))

    # What we say

    def through(self, node, result):
        """Nothing is left to do on a node. Lines of it came before."""
        self._write({"is": "through", "node": node, "result": result})

    def ended(self, results, error):
        self._write({"is": "end", "results": results, "error": None if error is None else storable(error)})

    def _is_forgiven(self, result):
        """Ansible counts rescued and ignored failures, and does so before it tells us of one."""
        if self.stats is None:
            return False
        host = result._host.get_name()
        count = self.stats.rescued.get(host, 0) + self.stats.ignored.get(host, 0)
        more = count > self._forgiven.get(host, 0)
        self._forgiven[host] = count
        return more

    def _line(self, result, status, ignored):
        host = result._host.get_name()
        if status in ("FAILED", "UNREACHABLE") and not ignored:
            self.failed.add(host)
        now = time.time()
        start = self._starts.pop((host, result._task._uuid), now)
        self._lines += 1
        if self._lines > MOST_LINES:
            return
        line = {"is": "line", "node": host, "status": status, "ignored": ignored, "start": start, "end": now}
        if self._lines == MOST_LINES:
            line.update(task="(no more lines)", status="SKIPPED", ignored=False, changed=False)
            line["msg"] = "This run has written %d lines. It goes on; further ones are not kept." % MOST_LINES
        else:
            line.update(task=storable(result._task.get_name().strip(), 1024), changed=bool(result._result.get("changed")))
            line.update(self._details(result))
        self._write(line)

    def _details(self, result):
        given = result._result
        said = _said(given)
        items = given.get("results")
        if said and isinstance(items, list) and items and "results" in given and result._task.loop is not None:
            joined = _joined(items)
            said = {field: joined[field] if joined[field] is not None else said[field] for field in said}
        return {field: value if field == "rc" else _text(value) for field, value in said.items()}

    def _write(self, message):
        data = memoryview(json.dumps(message, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        with self._lock:
            while data:
                data = data[os.write(self._pipe, data):]
