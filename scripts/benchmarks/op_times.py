"""Where a step of keras_gan's `fit` spends its time, by TensorFlow's profiler: op_times.py WORKLOAD [bfloat16].

Prints the milliseconds of a step in each kind of operation, and how often it is called. Two run at once on two
cores, so they sum to more than the step takes; what its thread pool waits for counts as well.
"""

import collections
import sys
import tempfile
import time
from pathlib import Path

import keras
import tensorflow as tf
from tensorflow.tsl.profiler.protobuf.xplane_pb2 import XSpace
from workloads import WORKLOADS, keras_players

import keras_gan as kg

MOST = 25


def main():
    name, *options = sys.argv[1:]
    work = WORKLOADS[name]
    if "bfloat16" in options:
        keras.config.set_dtype_policy("mixed_bfloat16")
    gan = kg.GAN(*keras_players(work.kind), seed=0)
    gan.compile()
    images = work.images()

    def epoch():
        began = time.perf_counter()
        gan.fit(images, batch_size=work.batch, verbose=0)
        return 1000 * (time.perf_counter() - began) / work.steps

    epoch()
    print(f"{min(epoch() for _ in range(3)):.1f} ms a step")
    folder = tempfile.mkdtemp()
    tf.profiler.experimental.start(folder)
    print(f"{epoch():.1f} ms a step under the profiler, of which")
    tf.profiler.experimental.stop()
    total, calls = operations(folder)
    for operation, milliseconds in total.most_common(MOST):
        print(f"{milliseconds / work.steps:9.2f} ms {calls[operation] / work.steps:6.1f}x {operation}")


def operations(folder):
    """Milliseconds and calls of every kind of operation that was traced into a folder."""
    total, calls, space = collections.Counter(), collections.Counter(), XSpace()
    space.ParseFromString(next(Path(folder).rglob("*.xplane.pb")).read_bytes())
    for plane in space.planes:
        for line in plane.lines if "CPU" in plane.name else ():
            for event in line.events:
                node, _, operation = plane.event_metadata[event.metadata_id].name.rpartition(":")
                if node[-1:] not in ("", ":") and (operation[:1].isalpha() or operation.startswith("_Mkl")):
                    total[operation] += event.duration_ps / 1e9
                    calls[operation] += 1
    return total, calls


if __name__ == "__main__":
    main()
