"""Work on many things in several processes, in order; the results that wait are bounded."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import cpu_count
from signal import SIG_IGN, SIGINT, signal
from typing import TypeVar

__all__ = ["in_order", "processors"]

Item = TypeVar("Item")
Result = TypeVar("Result")

_AHEAD = 4  # results for each process that may wait for an earlier one


def processors() -> int:
    """How many processes can run at once."""
    return cpu_count()


def in_order(
    work: Callable[[Item], Result],
    items: Iterable[Item],
    processes: int,
    lost: Callable[[Item], Result],
) -> Iterator[tuple[Item, Result]]:
    """Each item with its result, in the order of the items.

    Args:
        work: a function at the top of a module, or a partial of one, so that it can be sent to
            another process; it raises nothing.
        items: taken as they are needed.
        processes: how many.
        lost: the result of an item over which a process ended (killed, or out of memory).
    """
    waiting = iter(items)
    undone: list[Item] = []
    while True:
        yield from _pooled(work, waiting, processes, undone)
        if not undone:
            return
        # A process that ends takes the pool with it: what was under way is done one by one.
        for item in undone:
            yield item, _alone(work, item, lost)
        undone.clear()


def _pooled(
    work: Callable[[Item], Result], items: Iterator[Item], processes: int, undone: list[Item]
) -> Iterator[tuple[Item, Result]]:
    """Results until the items end or a process does; then `undone` holds what was under way."""
    under_way: deque[tuple[Item, Future[Result]]] = deque()
    with ProcessPoolExecutor(processes, initializer=_leave_interrupts) as pool:
        try:
            for item in items:
                under_way.append((item, Future()))
                under_way[-1] = (item, pool.submit(work, item))
                if len(under_way) >= processes * _AHEAD:
                    yield under_way[0][0], under_way[0][1].result()
                    under_way.popleft()
            while under_way:
                yield under_way[0][0], under_way[0][1].result()
                under_way.popleft()
        except BrokenProcessPool:
            undone += [item for item, _ in under_way]
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _alone(work: Callable[[Item], Result], item: Item, lost: Callable[[Item], Result]) -> Result:
    with ProcessPoolExecutor(1, initializer=_leave_interrupts) as pool:
        try:
            return pool.submit(work, item).result()
        except BrokenProcessPool:
            return lost(item)


def _leave_interrupts() -> None:
    """Ctrl-C is for the process that a person started; it ends the others."""
    signal(SIGINT, SIG_IGN)
