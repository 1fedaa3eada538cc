"""Modules that are ready for sending before a run asks for them.

Ansible packs a module and what it imports into a zip, which a run keeps in its own folder and looks for there first. Some modules
that most runs need are packed once, before there are runs. A node unpacks and compiles such a zip for each task. Where nodes are
this machine, and a zip costs nothing to send, it has the compiled files beside the others: a Python of our own version takes
those, and any other does not look at them.
"""

import base64
import importlib.util
import io
import marshal
import os
import shutil
import zipfile

from ansible import constants as C
from ansible.executor.module_common import modify_module
from ansible.parsing.dataloader import DataLoader
from ansible.plugins import loader as plugins
from ansible.template import Templar
from ansible.utils.display import Display

_PACKED = "ansiballz_cache"
_COMPILED = "compiled"
_UNCHECKED_HASH = (1).to_bytes(4, "little")


def pack(names):
    """Leaves modules packed in the folder for temporary files, for `take`. One that cannot be packed each run packs itself."""
    templar = Templar(loader=DataLoader(), variables={})
    for name in names:
        try:
            _pack("ansible.legacy." + name, templar)
        except Exception as e:
            Display().warning("%s cannot be packed: %s" % (name, e))
    packed = os.path.join(C.DEFAULT_LOCAL_TMP, _PACKED)
    if os.path.isdir(packed):
        compiled = os.path.join(C.DEFAULT_LOCAL_TMP, _COMPILED)
        os.mkdir(compiled, 0o700)
        for name in os.listdir(packed):
            with open(os.path.join(packed, name), "rb") as plain, open(os.path.join(compiled, name), "wb") as file:
                file.write(_with_compiled(plain.read()))


def _pack(name, templar):
    found = plugins.module_loader.find_plugin_with_context(name, mod_type=".py")
    modify_module(
        name,
        found.plugin_resolved_path,
        {},
        templar,
        task_vars={"ansible_python_interpreter": "/usr/bin/python3"},
        module_compression=C.DEFAULT_MODULE_COMPRESSION,
    )


def _with_compiled(text):
    """A zip in base64, with each Python file compiled besides."""
    filled = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(text))) as plain, zipfile.ZipFile(filled, "w", zipfile.ZIP_DEFLATED) as both:
        for entry in plain.infolist():
            source = plain.read(entry)
            both.writestr(entry, source)
            if entry.filename.endswith(".py"):
                code = compile(source, entry.filename, "exec", dont_inherit=True)
                head = importlib.util.MAGIC_NUMBER + _UNCHECKED_HASH + importlib.util.source_hash(source)
                both.writestr(entry.filename + "c", head + marshal.dumps(code))
    return base64.b64encode(filled.getvalue())


def take(source, temporary, is_local):
    """Gives a run a copy of what is packed. A role may bring others by the same name: from then on none is ready.

    source: the folder for temporary files that modules were packed in
    temporary: that of this run
    is_local: whether all nodes are this machine
    """
    packed = os.path.join(source, _COMPILED if is_local else _PACKED)
    if os.path.isdir(packed):
        shutil.copytree(packed, os.path.join(temporary, _PACKED))
    fresh = os.path.join(temporary, "fresh")
    os.mkdir(fresh, 0o700)
    for loader in (plugins.module_loader, plugins.module_utils_loader):

        def add_directory(*args, add=loader.add_directory, **kwargs):
            C.DEFAULT_LOCAL_TMP = fresh
            return add(*args, **kwargs)

        loader.add_directory = add_directory
