"""Ctrl-C while workers start: they get all of their instructions, and the parent hears of it afterwards."""

from __future__ import annotations

import subprocess
import sys
import textwrap

STOPPED_AT_ONCE = """
    import os, signal
    from multiprocessing import util
    from dacu.study.pools import Processes

    spawn = util.spawnv_passfds

    def spawn_and_stop(*arguments):
        child = spawn(*arguments)
        os.kill(os.getpid(), signal.SIGINT)  # the child exists and has no instructions yet
        return child

    if __name__ == "__main__":
        pool = Processes(2)
        executor = pool.executor()
        util.spawnv_passfds = spawn_and_stop
        try:
            executor.submit(os.getpid)
        except KeyboardInterrupt:
            print("heard")
        pool.stop(executor)
"""


def test_ctrl_c_while_a_worker_starts_is_heard_afterwards(tmp_path) -> None:
    script = tmp_path / "stopped.py"
    script.write_text(textwrap.dedent(STOPPED_AT_ONCE), encoding="utf-8")
    told = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60, check=False)
    assert (told.returncode, told.stdout) == (0, "heard\n")
    assert told.stderr == ""
