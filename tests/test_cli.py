"""The command, as a person types it."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image

import keras_gan as kg
from keras_gan import cli
from keras_gan.callbacks import newest_whole
from keras_gan.export import FORMATS

COMMAND = [sys.executable, "-m", "keras_gan"]


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "squares.npz"
    rng = np.random.default_rng(0)
    np.savez(path, images=rng.integers(0, 256, (96, 16, 16, 1), "uint8"), labels=np.arange(96) % 3)
    return path


def call(*arguments):
    """The exit code of the command, run in this process."""
    patch = pytest.MonkeyPatch()
    patch.setattr(sys, "argv", ["keras-gan", *map(str, arguments)])
    patch.setattr(cli, "start_keras", lambda: None)
    try:
        with pytest.raises(SystemExit) as leaving:
            cli.main()
    finally:
        patch.undo()
    return leaving.value.code


@pytest.fixture(scope="module")
def run(pictures, tmp_path_factory):
    """A run of two epochs."""
    root = tmp_path_factory.mktemp("runs")
    assert call("train", pictures, "--architecture", "mlp", "--epochs", 2, "--batch-size", 16, "--output", root) == 0
    (folder,) = root.iterdir()
    return folder


def test_help_answers_without_importing_anything_heavy():
    script = (
        "import sys; sys.argv = ['keras-gan', '--help']; import keras_gan.cli as cli\n"
        "try: cli.main()\n"
        "except SystemExit as leaving: assert not leaving.code\n"
        "heavy = {'keras', 'tensorflow', 'numpy', 'matplotlib', 'PIL'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "train" in done.stdout and "resume" in done.stdout and "sample" in done.stdout


def test_programs_of_others_get_all_public_names(tmp_path):
    """The command imports little; a program whose name resembles its own, or a package run by -m, is not it."""
    (tmp_path / "mine").mkdir()
    for name in ("mine/__init__.py", "my-keras-gan"):
        (tmp_path / name).write_text("import keras_gan as kg\nkg.GAN\n")
    (tmp_path / "mine" / "train.py").touch()
    path = os.pathsep.join([str(Path(cli.__file__).parents[1]), str(tmp_path)])
    for arguments in (["-m", "mine.train"], [tmp_path / "my-keras-gan"]):
        environment = {**os.environ, "PYTHONPATH": path}
        done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, env=environment)
        assert done.returncode == 0, done.stderr


def test_a_run_leaves_everything_to_go_on_with(run):
    assert run.name == "0001-squares-mlp"
    names = {path.name for path in run.iterdir()}
    expected = {"config.json", "run.json", "log.csv", "grids", "checkpoints", "saved_model", "gan.keras", "samples.png"}
    assert expected <= names
    assert len((run / "log.csv").read_text().splitlines()) == 3
    assert [path.name for path in sorted((run / "grids").glob("*.png"))] == ["epoch-00001.png", "epoch-00002.png"]
    facts = json.loads((run / "run.json").read_text())["starts"][0]
    assert {"time", "command", "versions", "device", "identity"} <= set(facts)


def test_the_last_line_is_the_folder_and_the_precision_is_said(pictures, tmp_path, capsys):
    options = ["--architecture", "mlp", "--epochs", 1, "--unconditional", "--precision", "mixed_bfloat16"]
    call("train", pictures, *options, "--output", tmp_path)
    lines = capsys.readouterr().out.splitlines()
    assert (tmp_path / "0001-squares-mlp").samefile(lines[-1])
    assert any(line.startswith("mlp in mixed_bfloat16: ") for line in lines)


def test_resume_trains_on_to_the_epoch_asked_for(pictures, tmp_path):
    call("train", pictures, "--architecture", "mlp", "--epochs", 1, "--batch-size", 16, "--output", tmp_path)
    (folder,) = tmp_path.iterdir()
    assert call("resume", folder, "--epochs", 3) == 0
    assert [line.split(",")[0] for line in (folder / "log.csv").read_text().splitlines()] == ["epoch", "0", "1", "2"]


def test_a_changed_run_goes_on_only_with_force(pictures, tmp_path, capsys):
    call("train", pictures, "--architecture", "mlp", "--epochs", 1, "--batch-size", 16, "--output", tmp_path)
    (folder,) = tmp_path.iterdir()
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "batch_size": 32}))
    assert call("resume", folder, "--epochs", 2) == 2
    message = capsys.readouterr().err
    assert "batch size was 16 and is 32" in message and "--force" in message
    assert call("resume", folder, "--epochs", 2, "--force") == 0
    assert len((folder / "log.csv").read_text().splitlines()) == 3


def test_time_ends_a_run(pictures, tmp_path):
    began = time.monotonic()
    assert call("train", pictures, "--architecture", "mlp", "--minutes", 0.02, "--output", tmp_path) == 0
    assert time.monotonic() - began < 60
    run = next(tmp_path.iterdir())
    assert (run / "saved_model" / "saved_model.pb").exists()
    rows = (run / "log.csv").read_text().splitlines()
    assert len(rows) > 1 and len({row.split(",")[0] for row in rows}) == len(rows)  # also of the epoch it ended in

    newest = max((run / "checkpoints").glob("*.checkpoint"))
    facts = newest_whole(run / "checkpoints")[1]
    assert facts["program_steps"] > 1 and facts["batches"] == 2 * (len(rows) - 1)  # two an epoch
    assert call("resume", run) == 0  # whose time is up
    assert max((run / "checkpoints").glob("*.checkpoint")) == newest
    assert call("resume", run, "--minutes", 0.05) == 0
    assert max((run / "checkpoints").glob("*.checkpoint")) > newest
    rows = (run / "log.csv").read_text().splitlines()
    assert [row.split(",")[0] for row in rows] == ["epoch", *map(str, range(len(rows) - 1))]


@pytest.mark.filterwarnings("ignore:Did not save NaN")
def test_a_run_that_diverges_goes_back_and_is_saved(pictures, tmp_path, capsys):
    assert call("train", pictures, "--architecture", "mlp", "--epochs", 9, "--lr", 1e30, "--output", tmp_path) == 0
    (run,) = tmp_path.iterdir()
    said = capsys.readouterr().out
    assert "divergence in epoch 1" in said and "went back to" in said
    assert len((run / "log.csv").read_text().splitlines()) == 2  # the epoch it ended in
    assert np.isfinite(keras.models.load_model(run / "gan.keras").generate(2)).all() and (run / "saved_model").exists()


def test_a_run_that_ends_with_its_epoch_goes_on(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save("few.npy", np.zeros((8, 16, 16, 1), "uint8"))  # one batch an epoch: every stop is at an epoch's end
    assert call("train", "few.npy", "--architecture", "mlp", "--minutes", 0.01, "--output", tmp_path / "runs") == 0
    (run,) = (tmp_path / "runs").iterdir()
    monkeypatch.chdir(run)  # where few.npy is not
    for _ in range(2):
        assert call("resume", run, "--minutes", 0.01) == 0
    rows = (run / "log.csv").read_text().splitlines()
    assert [row.split(",")[0] for row in rows] == ["epoch", *map(str, range(len(rows) - 1))]


def test_samples_go_into_a_grid_an_array_or_a_folder(run, tmp_path):
    assert call("sample", run, "--count", 12, "--seed", 1, "--output", tmp_path / "grid.png") == 0
    assert Image.open(tmp_path / "grid.png").size == (10 * 17 - 1, 2 * 17 - 1)
    assert call("sample", run, "--count", 4, "--seed", 1, "--output", tmp_path / "array.npy") == 0
    array = np.load(tmp_path / "array.npy")
    assert array.shape == (4, 16, 16, 1) and array.dtype == np.float32 and np.abs(array).max() <= 1
    assert call("sample", run, "--count", 4, "--output", tmp_path / "each") == 0
    assert len(list((tmp_path / "each").glob("*.png"))) == 4


@pytest.mark.parametrize("kind", ["", "saved_model", "gan.keras"])
def test_a_run_its_saved_model_and_its_keras_file_make_the_same_samples(kind, run, tmp_path):
    call("sample", run, "--count", 4, "--seed", 5, "--label", 1, "--output", tmp_path / "expected.npy")
    assert call("sample", run / kind, "--count", 4, "--seed", 5, "--label", 1, "--output", tmp_path / "same.npy") == 0
    np.testing.assert_allclose(np.load(tmp_path / "same.npy"), np.load(tmp_path / "expected.npy"), atol=1e-5)


def test_export_writes_a_saved_model(run, tmp_path):
    assert call("export", run, "--output", tmp_path / "model") == 0
    assert (tmp_path / "model" / "saved_model.pb").exists()


@pytest.mark.parametrize(
    "name, file, packages",
    [
        ("keras", "generator.keras", ()),
        ("onnx", "generator.onnx", ("tf2onnx", "onnxruntime")),
        ("litert", "generator.tflite", ("ai_edge_litert",)),
    ],
)
def test_export_writes_every_other_format_into_the_run(name, file, packages, run):
    for package in packages:
        pytest.importorskip(package)
    assert call("export", run, "--format", name) == 0
    assert FORMATS[name].read(run / file)(np.zeros((2, 100), "float32"), np.array([0, 1], "int32")).shape[0] == 2


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["train", "nosuch"], "nosuch"),
        (["train", "--bogus"], "No such option"),
        (["train", "--epochs", "0"], "epochs"),
        (["train", "--lr", "-1"], "learning_rate"),
        (["train", "--minutes", "-1"], "minutes"),
        (["train", "--minutes", "nan"], "minutes"),
        (["train", "--architecture", "vae"], "vae"),
        (["resume", "no/such/run"], "no such folder"),
        (["resume", "RUN", "--minutes", "0"], "minutes"),
        (["sample", "no/such/run"], "no such file or folder"),
        (["sample", "RUN", "--latent-dim", "3"], "latents of shape (100,)"),
        (["sample", "RUN", "--label", "3"], "3 classes"),
        (["sample", "RUN", "--output", "samples.jpg"], ".png or .npy"),
        (["train", "--epochs", "ten"], "--epochs"),
        (["train", "--output", __file__], "which is a file"),
    ],
)
def test_what_the_user_can_mend_is_one_line_and_exit_code_2(arguments, words, run, capsys):
    arguments = [run if argument == "RUN" else argument for argument in arguments]
    assert call(*arguments) == 2
    error = capsys.readouterr().err
    assert error.startswith("keras-gan: ") and error.count("\n") == 1 and words in error


@pytest.mark.parametrize("config", ["", "{", "null", "[1, 2]", '{"epochs": "many"}', "\xff"])
def test_a_damaged_config_is_named(config, tmp_path, capsys):
    (tmp_path / "config.json").write_text(config, encoding="latin-1")
    assert call("resume", tmp_path) == 2
    error = capsys.readouterr().err
    assert str(tmp_path / "config.json") in error and error.count("\n") == 1


@pytest.mark.parametrize(
    "arrays, words",
    [
        ({"images": np.zeros((9, 16, 16, 2), "uint8")}, "1, 3 or 4 channels"),
        ({"images": np.zeros((9, 16, 16), "uint8"), "labels": np.full(9, 10**9)}, "--unconditional"),
        ({"images": np.zeros((9, 16, 16), "uint8"), "labels": np.full(9, -1)}, "--unconditional"),
    ],
)
def test_pictures_and_labels_that_cannot_train_leave_no_run(arrays, words, tmp_path, capsys):
    np.savez(tmp_path / "odd.npz", **arrays)
    assert call("train", tmp_path / "odd.npz", "--output", tmp_path / "runs") == 2
    assert words in capsys.readouterr().err and not (tmp_path / "runs").exists()


def test_ctrl_c_saves_and_says_how_to_go_on(pictures, tmp_path):
    arguments = ["train", str(pictures), "--architecture", "mlp", "--epochs", "100000", "--output", str(tmp_path)]
    with subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        log = tmp_path / "0001-squares-mlp" / "log.csv"
        while process.poll() is None and not (log.exists() and log.read_text().count("\n") > 2):
            time.sleep(0.1)
        process.send_signal(2)
        out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert "Stopped by Ctrl-C" in out and "keras-gan resume" in out
    assert (log.parent / "saved_model" / "saved_model.pb").exists() and "Traceback" not in err


def test_ctrl_c_while_the_end_is_saved_says_how_to_go_on(pictures, tmp_path, monkeypatch, capsys):
    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    arguments = ["train", pictures, "--architecture", "mlp", "--epochs", 1, "--output", tmp_path]
    with monkeypatch.context() as patch:
        patch.setattr(kg.GAN, "save", interrupted)
        assert call(*arguments) == 130
    folder = tmp_path / "0001-squares-mlp"
    assert f"keras-gan resume {folder}" in capsys.readouterr().err
    assert call("resume", folder) == 0
    assert (folder / "gan.keras").exists() and len((folder / "log.csv").read_text().splitlines()) == 2
