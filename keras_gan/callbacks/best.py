"""Best: which epoch of a run was the best, by one of its logs."""

import math
import warnings


class Best:
    """Judges epochs by a log.

    Args:
        monitor: the log's name; None for no judgement.
        mode: "min" or "max": what is best.
    """

    def __init__(self, monitor, mode):
        if mode not in ("min", "max"):
            raise ValueError(f"Expected `mode` to be 'min' or 'max'. Received: mode={mode!r}.")
        self.monitor, self.mode = monitor, mode
        self.judged_by = []  # the protocols of the model's metrics: values of others do not compare
        self.logs_seen = set()

    def value(self, logs):
        """What these logs say, or None if nothing that can be compared."""
        self.logs_seen |= logs.keys()
        value = logs.get(self.monitor)
        return None if value is None or not math.isfinite(value) else float(value)

    def beats(self, value, note):
        """Whether a value is better than that of an earlier note; of no note it is."""
        sign = 1 if self.mode == "min" else -1
        return note is None or sign * value < sign * note["value"]

    def note(self, value, epoch, file):
        """What a checkpoint keeps of it, for JSON."""
        return self._terms() | {"value": value, "epoch": epoch, "file": file}

    def own(self, note):
        """A checkpoint's note, if it was made by the same log under the same protocols; else None."""
        if not note or (note["monitor"], note["mode"]) != (self.monitor, self.mode):
            return None
        return note if agree(note.get("judged_by", self.judged_by), self.judged_by) else None

    def _terms(self):
        return {"monitor": self.monitor, "mode": self.mode, "judged_by": self.judged_by}

    def warn_if_unseen(self, siblings):
        """Warns if no epoch had the log, and no other callback is to bring it in some epochs only."""
        expected = any(self.monitor in getattr(callback, "logs_at_times", ()) for callback in siblings)
        if self.monitor and self.logs_seen and self.monitor not in self.logs_seen and not expected:
            logs = ", ".join(sorted(self.logs_seen))
            warnings.warn(
                f"No best epoch was kept, since none had a log {self.monitor!r}. Received: {logs}.", stacklevel=3
            )


def agree(protocols, others):
    """Whether they say the same of all that both speak of: without validation data nothing is said of real images."""
    pairs = zip(protocols, others, strict=False)
    return len(protocols) == len(others) and all(p[key] == q[key] for p, q in pairs for key in p.keys() & q.keys())
