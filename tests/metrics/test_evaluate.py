import numpy as np
import pytest

from keras_gan.images import to_unit
from keras_gan.metrics import (
    ClassAgreement,
    Extraction,
    Extractor,
    confident_share,
    evaluate_samples,
    get_extractor,
    scores_from_json,
    scores_to_json,
)
from tests.metrics.conftest import bars

ALWAYS = {
    "fid",
    "kid",
    "precision",
    "recall",
    "density",
    "coverage",
    "two_sample_accuracy",
    "two_sample_p",
    "memory_distance_ratio",
    "memory_copied_share",
    "memory_authenticity",
}
WITH_CLASSES = {"inception_score", "confident_share", "classes_reached", "class_divergence"}


def test_fresh_real_images_score_about_their_floor_and_noise_does_not(train, test):
    scores = evaluate_samples(train[0], test[0], to_unit(bars(400, seed=3)[0]))
    noise = evaluate_samples(train[0], test[0], np.random.default_rng(0).uniform(-1, 1, (400, 12, 12, 1)))
    assert set(scores) == ALWAYS
    assert scores["fid"].value < 3 * scores["fid"].floor < noise["fid"].value / 3
    assert scores["kid"].value < noise["kid"].value / 30
    assert scores["memory_distance_ratio"].value == pytest.approx(1, abs=0.1)
    assert scores["fid"] < noise["fid"]
    assert scores_from_json(scores_to_json(scores)) == scores


def test_the_stamp_says_how_it_was_measured(train, test):
    scores = evaluate_samples(train[0], test[0], test[0][:200], split="validation", seed=4)
    protocol = scores["precision"].protocol
    assert (protocol.extractor, protocol.split, protocol.seed) == ("patches", "validation", 4)
    assert (protocol.real_count, protocol.fake_count) == (400, 200)
    assert (protocol.settings, protocol.quantised) == ("k=5", "uint8")
    assert scores["kid"].protocol.settings == "100 subsets of 100" and scores["kid"].deviation > 0
    assert protocol.extractor_hash == get_extractor("patches", train[0]).hash  # which the seed leaves alone


def test_the_held_out_images_themselves_are_perfect(train, test):
    scores = evaluate_samples(train[0], test[0], test[0])
    assert scores["fid"].value < 1e-6
    assert scores["precision"].value == scores["recall"].value == scores["coverage"].value == 1
    assert scores["two_sample_accuracy"].value == 0.5
    assert scores["memory_distance_ratio"].value == scores["memory_distance_ratio"].floor == 1


def test_copies_of_the_training_images_are_seen(train, test):
    scores = evaluate_samples(train[0], test[0], train[0][:300])
    assert scores["memory_copied_share"].value == 1
    assert scores["memory_copied_share"].floor == pytest.approx(0.01)


def test_the_reference_extractor_adds_classes(train, test):
    fake, asked = bars(300, seed=3)
    fake, asked = fake[asked > 0], asked[asked > 0]
    wrong = np.where(np.arange(len(asked)) % 4 == 0, 0, asked)
    given = {"train_labels": train[1], "test_labels": test[1], "labels": wrong}
    scores = evaluate_samples(*[train[0], test[0], fake], "reference", **given)
    assert set(scores) == ALWAYS | WITH_CLASSES | {"class_agreement"}
    assert scores["class_agreement"].value == pytest.approx(0.75, abs=0.03)
    assert scores["class_agreement"].floor > 0.95
    assert scores["classes_reached"].floor == 3
    read = get_extractor("reference", train[0], train[1]).extract(test[0]).probabilities
    assert scores["confident_share"].floor == confident_share(read)
    assert scores["class_divergence"].value == pytest.approx(np.log(1.5), abs=0.1)


def test_samples_that_outnumber_the_training_images_have_no_floor_of_distances(train, test):
    scores = evaluate_samples(train[0][:300], test[0], to_unit(bars(400, seed=3)[0]))
    assert scores["fid"].floor is None and scores["coverage"].floor is None
    assert scores["memory_authenticity"].floor is not None


def test_classes_of_the_extractors_own_are_not_taken_for_labels(train, test):
    class Own(Extractor):
        name, hash, reads_labels = "own", "0", False

        def extract_batch(self, pixels):
            features = pixels.reshape(len(pixels), -1)[:, :20].astype("float32")
            return Extraction(features, np.eye(7, dtype="float32")[np.arange(len(pixels)) % 7])

    samples = to_unit(bars(400, seed=3)[0])
    scores = evaluate_samples(train[0], test[0], samples, Own(), train_labels=train[1], test_labels=test[1])
    assert scores["classes_reached"].value == 7 and scores["class_divergence"].value < 0.01
    with pytest.raises(ValueError, match="reads their classes"):
        evaluate_samples(train[0], test[0], samples, Own(), labels=np.zeros(400, int))
    with pytest.raises(ValueError, match="labels' classes"):
        ClassAgreement(Own())(test[0], samples, np.zeros(400, int))


def test_agreement_without_a_classifier_is_refused(train, test):
    with pytest.raises(ValueError, match="an extractor that reads their classes. Received: patches"):
        evaluate_samples(train[0], test[0], test[0], labels=test[1])


def test_the_reference_extractor_without_labels_is_refused(train, test):
    with pytest.raises(ValueError, match="train_labels missing"):
        evaluate_samples(train[0], test[0], test[0], "reference")


def test_an_unknown_extractor_is_refused(train, test):
    with pytest.raises(ValueError, match="Received: 'vgg'"):
        evaluate_samples(train[0], test[0], test[0], "vgg")
