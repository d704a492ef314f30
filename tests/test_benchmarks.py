"""What scripts/bench concludes from its timings."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parents[1] / "scripts" / "benchmarks"


@pytest.fixture
def bench(monkeypatch):
    monkeypatch.syspath_prepend(str(HERE))
    import contenders
    import floor
    import table

    yield type("bench", (), {"contenders": contenders, "floor": floor, "table": table})
    for name in ("floor", "table", "workloads", "contenders", "quality", "quality_table", "machine"):
        sys.modules.pop(name, None)


def answer(seconds, d_loss=1.0, g_loss=1.0):
    return {"seconds": seconds, "first_step_s": 2.0, "peak_mib": 500.0, "losses": [d_loss, g_loss]}


def test_the_floor_of_the_mlp_is_its_products_counted_by_hand(bench):
    generator = 2 * (100 * 128 + 128 * 784), 2 * 100 * 128  # forward FLOP of all layers, and of the first
    discriminator = 2 * (784 * 128 + 128 * 1), 2 * 784 * 128
    trained = 3 * generator[0] - generator[1] + 2 * (3 * discriminator[0] - discriminator[1])
    assert bench.floor.step_flop("mlp-50") == 50 * (trained + 2 * discriminator[0])


def test_a_transposed_convolution_is_counted_at_its_input(bench):
    import keras

    layer = keras.layers.Conv2DTranspose(3, 5, 2, "same")
    layer(keras.Input((7, 7, 2)))
    assert bench.floor.forward_flop(layer) == 2 * 5 * 5 * 3 * 2 * 7 * 7
    scorer = [keras.layers.Conv2D(2, 3, 2, "same"), keras.layers.Flatten(), keras.layers.Dense(5)]
    network = keras.Sequential([keras.Input((8, 8, 1)), *scorer])
    assert bench.floor.layer_flop(network) == [2 * 4 * 4 * 3 * 3 * 2, 2 * 32 * 5]


def test_ratios_are_taken_turn_by_turn(bench):
    ours, theirs = [answer(1), answer(2), answer(1)], [answer(2), answer(4), answer(3)]
    found = bench.table.summary("mlp-50", {"keras_gan": ours, "tf.function": theirs}, rate=1e9)
    assert found["tf.function"]["ours_is"] == [2, 2, 3]
    assert found["keras_gan"]["images_per_s"] == 60_000


def test_each_backend_is_compared_with_its_own_loop_by_hand(bench):
    seconds = {"keras_gan": 1, "tf.function": 3, "keras_gan on torch": 2, "PyTorch": 5, "PyTorch, compiled": 4}
    found = bench.table.summary("mlp-50", {name: [answer(each)] for name, each in seconds.items()}, rate=1e9)
    assert bench.table.by_backend({"mlp-50": found}).splitlines()[-1] == "| mlp-50 | 60,000, 3.00x |  | 30,000, 2.00x |"
    assert set(bench.contenders.chosen("mlp", ["torch"], seconds, quick=False)) == set(list(seconds)[2:])


def test_every_point_of_a_curve_is_a_later_checkpoint(bench, tmp_path):
    import quality

    run = tmp_path / "0001-mnist-dcgan"
    (run / "checkpoints").mkdir(parents=True)
    (run / "config.json").touch()
    for number, batches in enumerate((3, 20)):
        (run / "checkpoints" / f"batch-{batches:010d}.checkpoint").touch()
        copied = quality.copy_aside(tmp_path, number)
        assert [path.name for path in (copied / "checkpoints").iterdir()] == [f"batch-{batches:010d}.checkpoint"]


def test_a_contender_with_other_losses_is_named(bench):
    answers = {"a": [answer(1)], "b": [answer(1, 1.02)], "c": [answer(1, g_loss=3.0)], "d": [answer(1, float("nan"))]}
    (d_loss, g_loss) = bench.table.other_jobs("mlp-50", answers)
    assert "d has a d_loss of nan" in d_loss and "c has a g_loss of 3.000" in g_loss
