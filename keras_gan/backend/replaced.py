"""A function of Keras or TensorFlow, replaced for a while."""

import contextlib
import threading

LOCK = threading.Lock()
HELD = {}  # (owner, name) -> how many hold it, and what was there before


@contextlib.contextmanager
def replaced(owner, name, wrap):
    """For its own time, `owner.name` is `wrap(what it was)`; it is put back when the last one who asked is done.

    Replicas of a distribution strategy trace one step in threads that take turns in its midst, and may leave it in the
    order in which they entered it: if each put back what it had found, the last would leave the first one's there.
    """
    with LOCK:
        holders, before = HELD.get((owner, name), (0, getattr(owner, name)))
        if not holders:
            setattr(owner, name, wrap(before))
        HELD[owner, name] = holders + 1, before
    try:
        yield
    finally:
        with LOCK:
            holders, before = HELD.pop((owner, name))
            if holders > 1:
                HELD[owner, name] = holders - 1, before
            else:
                setattr(owner, name, before)
