"""Euclidean distances between many features, a block of rows at a time, in float64."""

import numpy as np

BLOCK = 2_000_000  # distances held at once: 16 MB, which is fastest


def near_origin(features, *others):
    """All of them, moved alike, so that the first lie around the origin: |x|^2 + |y|^2 - 2<x, y> cancels least there.

    By multiples of a power of two below their spread: whole numbers stay exact, and equal distances equal.
    """
    spread = np.sqrt(features.var(axis=0).mean())
    step = 2.0 ** np.floor(np.log2(spread)) if spread > 0 else 1.0
    centre = np.rint(features.mean(axis=0) / step) * step
    return [each - centre for each in (features, *others)]


def squared_distance_blocks(left, right):
    """Yields `(rows, squared)`: a slice of `left`, and its squared distances `(rows, len(right))` to all of `right`.

    A distance too small to be told from rounding comes as exactly 0, so that copies are at distance 0.
    """
    left_length, right_length = np.square(left).sum(axis=1), np.square(right).sum(axis=1)
    rounding = 8 * np.finfo("float64").eps
    for rows in _blocks(len(left), len(right)):
        lengths = left_length[rows, None] + right_length
        squared = left[rows] @ right.T
        squared *= -2
        squared += lengths
        lengths *= rounding
        squared[squared < lengths] = 0
        yield rows, squared


def neighbour_radii(features, k):
    """Squared distance `(n,)` from each of `features` to its k-th nearest other one."""
    radii = np.empty(len(features))
    for rows, squared in squared_distance_blocks(features, features):
        radii[rows] = np.partition(squared, k, axis=1)[:, k]  # the 0-th is the sample itself
    return radii


def nearest(queries, points, but=None):
    """Returns, for each query, the distance to its nearest point and that point's index, both `(n,)`.

    Args:
        queries: array `(n, d)`, float64. float32 mistakes one near copy for another.
        points: array `(m, d)`, float64.
        but: for each query, the index of one point that does not count (such as the query itself), or None.
    """
    centre = points.mean(axis=0)
    moved, half_length = points - centre, np.square(points - centre).sum(axis=1) / 2
    index = np.empty(len(queries), "int64")
    for rows in _blocks(len(queries), len(points)):
        # |x - y|^2 / 2 without |x|^2 / 2, which moves no minimum
        order = (centre - queries[rows]) @ moved.T
        order += half_length
        if but is not None:
            order[np.arange(len(order)), but[rows]] = np.inf
        index[rows] = order.argmin(axis=1)
    return np.sqrt(np.square(queries - points[index]).sum(axis=1)), index


def _blocks(rows, columns):
    step = max(1, BLOCK // columns)
    return (slice(start, min(start + step, rows)) for start in range(0, rows, step))
