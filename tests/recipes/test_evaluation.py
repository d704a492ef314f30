"""`keras-gan evaluate`: of made-up generators, then of a run."""

import json

import numpy as np
import pytest
from keras.saving import load_model

from keras_gan.images import to_unit
from keras_gan.metrics import FrechetDistance, scores_from_json
from keras_gan.recipes import evaluation
from tests.metrics.conftest import bars
from tests.test_cli import call

TRAIN, TEST = bars(600, seed=1), bars(200, seed=2)


@pytest.fixture(scope="module", autouse=True)
def cache_folder(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KERAS_GAN_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "bars.npz"
    np.savez(path, x_train=TRAIN[0], y_train=TRAIN[1], x_test=TEST[0], y_test=TEST[1])
    return str(path)


@pytest.fixture(scope="module")
def run(dataset, tmp_path_factory):
    root = tmp_path_factory.mktemp("runs")
    assert call("train", dataset, "--architecture", "mlp", "--epochs", 1, "--output", root) == 0
    (folder,) = root.iterdir()
    return folder


@pytest.fixture
def generator(monkeypatch):
    """Puts a function in the place of the generator of "somewhere"."""

    def use(make, num_classes=None):
        monkeypatch.setattr(evaluation, "open_generator", lambda source: (make, (4,), num_classes))

    return use


def evaluate(dataset, **options):
    return evaluation.evaluate("somewhere", count=200, dataset=dataset, report=lambda line: None, **options)


def of_class(label):
    return to_unit(TEST[0][TEST[1] == label])


def test_the_test_images_themselves_score_zero(generator, dataset):
    generator(lambda latents: np.resize(to_unit(TEST[0]), (len(latents), 12, 12, 1)))
    scores = evaluate(dataset)
    assert set(scores) == {"patches", "reference"}  # since the images have labels
    assert "class_agreement" not in scores["reference"]
    assert scores["patches"]["fid"].value < 1e-6
    assert scores["patches"]["memory_distance_ratio"].value == 1
    assert scores["patches"]["fid"].protocol.split == "test"


def test_a_generator_that_obeys_agrees_and_one_that_does_not_disagrees(generator, dataset):
    for shift, agreement in ((0, 1), (1, 0)):
        generator(lambda latents, labels, by=shift: np.stack([of_class((y + by) % 3)[0] for y in labels]), 3)
        scores = evaluate(dataset)
        assert set(scores) == {"patches", "reference"}
        assert scores["reference"]["class_agreement"].value == pytest.approx(agreement, abs=0.02)


def test_classes_are_asked_for_as_often_as_they_occur(generator, dataset):
    asked = []
    generator(lambda latents, labels: asked.append(labels) or np.zeros((len(labels), 12, 12, 1)), 3)
    evaluate(dataset, extractor="patches")
    np.testing.assert_array_equal(np.bincount(asked[-1]), np.bincount(TEST[1]))


def test_without_a_test_split_part_of_the_training_images_stands_in(generator, tmp_path):
    np.save(tmp_path / "bars.npy", TRAIN[0])
    generator(lambda latents: np.resize(to_unit(TRAIN[0][::6]), (len(latents), 12, 12, 1)))
    scores = evaluate(str(tmp_path / "bars.npy"))["patches"]
    assert scores["precision"].value == 1
    assert scores["fid"].protocol.split == "every 6th training image" and scores["fid"].protocol.real_count == 100
    assert not any(name.startswith("memory") for name in scores)


def test_a_damaged_test_split_is_not_taken_for_none(generator, tmp_path):
    np.savez(tmp_path / "bars.npz", x_train=TRAIN[0], x_test=to_unit(TEST[0]) * 2)
    generator(lambda latents: np.resize(to_unit(TEST[0]), (len(latents), 12, 12, 1)))
    with pytest.raises(ValueError, match=r"floats in \[-1, 1\]"):
        evaluate(str(tmp_path / "bars.npz"))


def test_a_run_is_scored_against_its_dataset(run, capsys):
    assert call("evaluate", run, "--count", 200) == 0
    out = capsys.readouterr().out
    assert "600 training images; samples are compared with 200 images of: test" in out
    assert "real images" in out and "extractor patches" in out and "extractor reference" in out
    written = json.loads((run / "evaluation.json").read_text())
    scores = {name: scores_from_json(json.dumps(each)) for name, each in written["scores"].items()}
    assert scores["reference"]["class_agreement"].floor > 0.9
    assert scores["patches"]["fid"].protocol.fake_count == 200


def test_its_fid_is_that_of_a_compiled_metric(run, dataset):
    scores = evaluation.evaluate(run, "patches", count=200, seed=3, report=lambda line: None)
    gan = load_model(run / "gan.keras")
    gan.compile(metrics=[FrechetDistance(train_images=TRAIN[0], count=200, seed=3)])
    fid = gan.evaluate(to_unit(TEST[0]), TEST[1], verbose=0, return_dict=True)["fid"]
    assert fid == pytest.approx(scores["patches"]["fid"].value, rel=1e-6)


@pytest.mark.parametrize("kind", ["saved_model", "gan.keras"])
def test_a_bare_generator_is_told_the_dataset(kind, run, dataset, tmp_path):
    path = tmp_path / "scores.json"
    arguments = ["--dataset", dataset, "--count", 200, "--extractor", "patches", "--output", path]
    assert call("evaluate", run / kind, *arguments) == 0
    expected = evaluation.evaluate(run, "patches", count=200, report=lambda line: None)["patches"]["fid"].value
    assert json.loads(path.read_text())["scores"]["patches"][0]["value"] == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["no/such/run"], "no such file or folder"),
        (["RUN/gan.keras"], "--dataset mnist"),
        (["RUN", "--extractor", "vgg"], "vgg"),
        (["RUN", "--count", "3"], "10"),
        (["RUN", "--dataset", "no/such/file.npz"], "There is no file"),
    ],
)
def test_what_the_user_can_mend_is_one_line_and_exit_code_2(arguments, words, run, capsys):
    assert call("evaluate", *[argument.replace("RUN", str(run)) for argument in arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith("keras-gan: ") and error.count("\n") == 1 and words in error


def test_the_reference_without_labels_is_refused(generator, tmp_path):
    np.save(tmp_path / "bars.npy", TRAIN[0])
    generator(lambda latents: np.zeros((len(latents), 12, 12, 1)))
    with pytest.raises(ValueError, match="train_labels missing"):
        evaluate(str(tmp_path / "bars.npy"), extractor="reference")
