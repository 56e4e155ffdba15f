"""An event loop goes on in a fork, with its tasks, and with threads that wake it."""

from __future__ import annotations

import asyncio
import os
import warnings

from tui.forkable_loop import ForkableLoop

PATIENCE = 30


async def count(steps: list[int], go_on: asyncio.Event) -> int:
    """Count up to the fork, and behind it in a thread."""
    steps.append(1)
    await go_on.wait()
    return sum(steps) + await asyncio.to_thread(len, steps)


def test_a_task_goes_on_in_every_child() -> None:
    loop, steps, go_on = ForkableLoop(), [4], asyncio.Event()
    task = loop.create_task(count(steps, go_on))
    loop.run_until_complete(asyncio.sleep(0))
    loop.rest()
    assert [in_child(loop, task, go_on) for _ in range(2)] == [7, 7]
    assert not task.done()
    loop.go_on()
    go_on.set()
    assert loop.run_until_complete(task) == 7
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


def in_child(loop: ForkableLoop, task: asyncio.Task[int], go_on: asyncio.Event) -> int:
    """Go on in a fork; the task's result, as the exit code."""
    with warnings.catch_warnings():
        # Python 3.12 and newer warn of forking beside the threads of pytest-xdist.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        code = 99
        try:
            loop.go_on()
            go_on.set()
            code = loop.run_until_complete(asyncio.wait_for(task, PATIENCE))
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
