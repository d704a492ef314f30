"""Metrics of samples, in `evaluate` and among the logs of `fit`."""

import csv

import keras
import numpy as np
import pytest

import keras_gan as kg
from keras_gan.metrics import ClassAgreement, Extraction, Extractor, FrechetDistance, KernelDistance, PrecisionRecall
from keras_gan.models.evaluating import real_examples
from tests.conftest import tiny_players

LOSSES = ["d_loss", "g_loss", "real_accuracy", "fake_accuracy", "loss"]


class MeanPixel(Extractor):
    """One feature: the mean pixel. Counts the images it has looked at."""

    name, hash, seen = "mean pixel", "1", 0

    def extract_batch(self, pixels):
        self.seen += len(pixels)
        return Extraction(pixels.mean(axis=(1, 2)).astype("float32"), None)


class OfMine(FrechetDistance):
    """That does not say what is better."""

    better = None

    def __init__(self, extractor, count):
        super().__init__(extractor, count=count, name="of_mine")


@pytest.fixture(autouse=True)
def cache_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_GAN_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def extractor():
    return MeanPixel()


@pytest.fixture
def gan(players, extractor):
    gan = kg.GAN(*players, seed=0)
    gan.compile(metrics=[FrechetDistance(extractor, count=40)])
    return gan


@pytest.fixture
def light():
    """Pictures of pixel 153, which is 25 above the 128 of a generator without weights."""
    return np.full((24, 8, 8, 1), 0.2, "float32")


def fit(gan, images, *watching, epochs=3, **kwargs):
    return gan.fit(images, batch_size=16, epochs=epochs, verbose=0, callbacks=list(watching), **kwargs)


class Score(keras.callbacks.Callback):
    """Makes the generator paint 128 + 10 * `grey[epoch]`, whatever it learnt."""

    def __init__(self, *grey):
        super().__init__()
        self.grey = grey

    def on_test_begin(self, logs=None):
        dense = self.model.generator.layers[1]
        dense.kernel.assign(dense.kernel * 0)
        dense.bias.assign(np.full(dense.bias.shape, np.arctanh(self.grey[self.epoch] / 12.75)))

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch


def test_evaluate_adds_the_value_worked_out_by_hand(gan, light):
    gan.generator.set_weights([w * 0 for w in gan.generator.get_weights()])
    assert gan.evaluate(light, verbose=0, return_dict=True)["fid"] == pytest.approx(25**2)


def test_evaluate_returns_a_list_with_the_metrics_last(players, extractor, images):
    gan = kg.GAN(*players, seed=0)
    gan.compile()
    plain = gan.evaluate(images, verbose=0)
    gan.compile(metrics=[KernelDistance(extractor, count=40), FrechetDistance(extractor, count=40)])
    gan.evaluation_seed_generator.state.assign(kg.GAN(*tiny_players(), seed=0).evaluation_seed_generator.state)
    both = gan.evaluate(images, verbose=0)
    named = gan.evaluate(images, verbose=0, return_dict=True)
    np.testing.assert_allclose(both[:5], plain, rtol=1e-5)
    assert both[5:] == [named["kid"], named["fid"]] and list(named)[-2:] == ["kid", "fid"]


def test_without_metrics_evaluate_knows_the_losses_alone(players, images):
    gan = kg.GAN(*players, seed=0)
    gan.compile()
    assert set(gan.evaluate(images, verbose=0, return_dict=True)) == set(LOSSES)


def test_fit_logs_it_for_the_validation_data_only(gan, images, light):
    history = fit(gan, images, validation_data=light, validation_freq=2, epochs=4).history
    assert "fid" not in history and len(history["val_fid"]) == 2
    assert history["val_fid"][1] == gan.evaluate(light, verbose=0, return_dict=True)["fid"]
    assert not any("fid" in name for name in fit(gan, images, epochs=1).history)


def test_fit_logs_it_for_a_validation_split(gan, images):
    assert len(fit(gan, images, validation_split=0.25, epochs=2).history["val_fid"]) == 2


def test_it_is_that_of_the_averaged_generator(players, extractor, images, light):
    gan = kg.GAN(*players, seed=0, ema_half_life_images=1e9)
    gan.compile(g_optimizer=keras.optimizers.SGD(100.0), metrics=[FrechetDistance(extractor, count=40)])
    fit(gan, images, epochs=1)
    expected = FrechetDistance(extractor)(light, gan.generate(40, seed=0))
    assert gan.evaluate(light, verbose=0, return_dict=True)["fid"] == expected


def test_model_checkpoint_keeps_the_best(gan, images, light, tmp_path):
    path = tmp_path / "best.keras"
    save = keras.callbacks.ModelCheckpoint(path, monitor="val_fid", mode="min", save_best_only=True)
    history = fit(gan, images, Score(1, 2, -3), save, validation_data=light).history
    np.testing.assert_allclose(history["val_fid"], [15**2, 5**2, 55**2], rtol=0.1)
    assert int(keras.models.load_model(path).batches_seen) == 8


def test_early_stopping_goes_back_to_the_best(gan, images, light):
    stop = keras.callbacks.EarlyStopping(monitor="val_fid", mode="min", patience=1, restore_best_weights=True)
    history = fit(gan, images, Score(1, 2, -3, 2.5), stop, validation_data=light, epochs=4).history
    assert len(history["val_fid"]) == 3
    assert gan.evaluate(light, verbose=0, return_dict=True)["fid"] == history["val_fid"][1]


def test_callbacks_need_no_mode(players, extractor, images, light):
    gan = kg.GAN(*players, seed=0)
    metrics = [FrechetDistance(extractor, count=40), PrecisionRecall(extractor, count=40), OfMine(extractor, count=40)]
    gan.compile(metrics=metrics)
    watching = [
        keras.callbacks.EarlyStopping(monitor=f"val_{name}", mode=mode)
        for name, mode in (("fid", "auto"), ("recall", "auto"), ("fid", "max"), ("of_mine", "auto"), ("loss", "auto"))
    ]
    assert gan.prepare_validation(light, None, watching) == watching
    assert [each.mode for each in watching] == ["min", "max", "max", "auto", "auto"]
    fit(gan, images, *watching[:2], validation_data=light, epochs=2)


def test_resume_knows_the_best(gan, images, light, tmp_path):
    resume = kg.callbacks.Resume(tmp_path, monitor="val_fid")
    history = fit(gan, images, Score(1, 2, -3), resume, validation_data=light).history
    assert resume.best["epoch"] == 1 and resume.best["value"] == history["val_fid"][1]


def test_a_run_may_resume_with_another_metric(gan, images, light, tmp_path):
    fit(gan, images, kg.callbacks.Resume(tmp_path), validation_data=light, epochs=1)
    twin = kg.GAN(*tiny_players(), seed=0)
    twin.compile(metrics=[KernelDistance("inception")])
    fit(twin, images, kg.callbacks.Resume(tmp_path), epochs=2)
    assert int(twin.batches_seen) == 8


def test_the_best_by_another_protocol_is_not_the_best(gan, images, light, tmp_path):
    resume = kg.callbacks.Resume(tmp_path, monitor="val_fid")
    fit(gan, images, resume, validation_data=light, epochs=1)
    before = resume.best
    for count, expected in ((40, before["value"]), (39, None)):
        twin = kg.GAN(*tiny_players(), seed=0)
        twin.compile(metrics=[FrechetDistance(gan.sample_metrics[0].extractor, count=count)])
        resume = kg.callbacks.Resume(tmp_path, monitor="val_fid")
        fit(twin, images, resume, epochs=1)
        assert (resume.best and resume.best["value"]) == expected


@pytest.mark.parametrize("source", [np.asarray, lambda array: tf_data(array)], ids=["arrays", "tf.data"])
def test_the_best_among_other_real_images_is_not_the_best(source, gan, images, light, tmp_path):
    fit(gan, images, kg.callbacks.Resume(tmp_path, monitor="val_fid"), validation_data=source(light), epochs=1)
    for real, known in ((light, True), (light[:23], False)):
        twin = kg.GAN(*tiny_players(), seed=0)
        twin.compile(metrics=gan.sample_metrics)
        resume = kg.callbacks.Resume(tmp_path, monitor="val_fid")
        fit(twin, images, resume, validation_data=source(real), epochs=1)
        assert (resume.best is not None) == known


def test_agreement_without_classes_is_refused_before_training(extractor, images):
    players = kg.architectures.mlp((8, 8, 1), latent_dim=6, hidden=(16,), num_classes=2)
    gan = kg.GAN(*players, num_classes=2, seed=0)
    gan.compile(metrics=[ClassAgreement(extractor, count=40)])
    labels = np.arange(len(images)) % 2
    with pytest.raises(ValueError, match="reads the labels' classes"):
        gan.fit(images, labels, verbose=0, validation_data=(images, labels))
    assert int(gan.batches_seen) == 0 and gan._examples_in_fit is not None
    gan.compile()
    gan.fit(images, labels, verbose=0)
    assert gan._examples_in_fit is None


@pytest.mark.parametrize("data", ["few", "other"])
def test_what_no_metric_can_judge_is_refused_before_training(data, players, images, light):
    gan = kg.GAN(*players, seed=0)
    larger = np.random.default_rng(0).uniform(-1, 1, (200, 9, 9, 1))
    gan.compile(metrics=[FrechetDistance(train_images=None if data == "few" else larger)])
    with pytest.raises(ValueError, match="needs at least|Images must have shape"):
        fit(gan, images, validation_data=light, validation_freq=9)
    assert int(gan.batches_seen) == 0


def test_csv_logger_keeps_the_columns_of_callbacks_before_it(gan, images, light, tmp_path):
    log = keras.callbacks.CSVLogger(str(tmp_path / "log.csv"))
    rate = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
    fit(gan, images, rate, log, validation_data=light, epochs=2)
    rows = list(csv.DictReader((tmp_path / "log.csv").open()))
    assert any("learning_rate" in name for name in rows[0]) and rows[1]["val_fid"]


def test_fit_takes_its_arguments_in_keras_order(gan, images, light, tmp_path):
    log = keras.callbacks.CSVLogger(str(tmp_path / "log.csv"))
    assert gan.fit(images, None, 16, 1, 0, log, 0.0, light).history["val_fid"]
    assert (tmp_path / "log.csv").exists()


@pytest.mark.parametrize("every", [1, 2])
def test_csv_logger_has_a_column_for_it(every, gan, images, light, tmp_path):
    log = keras.callbacks.CSVLogger(str(tmp_path / "log.csv"))
    history = fit(gan, images, log, validation_data=light, validation_freq=every, epochs=2).history
    rows = list(csv.DictReader((tmp_path / "log.csv").open()))
    assert float(rows[1]["val_fid"]) == history["val_fid"][-1]
    assert list(rows[0]) == ["epoch", *sorted([*LOSSES, "val_fid", *(f"val_{name}" for name in LOSSES)])]


def test_real_images_are_looked_at_once_in_a_whole_fit(gan, extractor, images, light):
    fit(gan, images, validation_data=light, epochs=3)
    assert extractor.seen == len(light) + 3 * 40


def test_metrics_of_one_count_share_their_samples(players, extractor, images):
    gan = kg.GAN(*players, seed=0)
    gan.compile(metrics=[each(extractor, count=40) for each in (FrechetDistance, KernelDistance, PrecisionRecall)])
    scores = gan.evaluate(images, verbose=0, return_dict=True)
    assert {"fid", "kid", "precision", "recall", "density", "coverage"} <= set(scores)
    assert extractor.seen == 40 + 40  # of the 64 images the metrics take 40


class Batches(keras.utils.PyDataset):
    def __init__(self, *arrays):
        super().__init__()
        self.arrays = arrays

    def __len__(self):
        return -(-len(self.arrays[0]) // 12)

    def __getitem__(self, index):
        batch = tuple(array[12 * index : 12 * index + 12] for array in self.arrays)
        return batch if len(batch) > 1 else batch[0]


def tf_data(*arrays):
    import tensorflow as tf

    return tf.data.Dataset.from_tensor_slices(arrays if len(arrays) > 1 else arrays[0]).batch(12)


@pytest.mark.parametrize("source", [Batches, tf_data])
def test_every_source_of_data_gives_the_same(source, gan, images):
    expected = gan.evaluate(images[:40], verbose=0, return_dict=True)["fid"]
    assert gan.evaluate(source(images[:40]), verbose=0, return_dict=True)["fid"] == expected
    assert gan.evaluate(source(images), verbose=0, return_dict=True)["fid"] == expected  # of a stream the first `count`
    assert fit(gan, images, validation_data=source(images[:40]), epochs=2).history["val_fid"]


def test_an_endless_dataset_is_read_up_to_the_count(gan, images):
    expected = gan.evaluate(images[:40], verbose=0, return_dict=True)["fid"]
    assert gan.evaluate(tf_data(images).repeat(), steps=2, verbose=0, return_dict=True)["fid"] == expected


def test_a_shuffled_dataset_is_compared_in_the_same_images_all_through_fit(gan, extractor, images):
    data = tf_data(images).unbatch().shuffle(64).batch(8)
    fit(gan, images, validation_data=data, epochs=3)
    assert extractor.seen == 40 + 3 * 40


def test_sorted_arrays_are_sampled_throughout(gan, light):
    chosen = real_examples(gan, np.concatenate([light, -light]), None, count=10, seed=0)["real"]
    assert len(chosen) == 10 and 2 <= (chosen[:, 0, 0, 0] < 0).sum() <= 8


def test_classes_are_asked_for_in_the_proportions_of_the_data(images):
    generator, discriminator = kg.architectures.mlp(image_shape=(8, 8, 1), num_classes=4, latent_dim=6)
    gan = kg.GAN(generator, discriminator, seed=0, num_classes=4)
    asked = []
    generate = gan.generate
    gan.generate = lambda n, seed, labels: asked.extend(labels) or generate(n, seed, labels)
    gan.compile(metrics=[FrechetDistance(MeanPixel(), count=128)])
    labels = np.array([0] * 32 + [1] * 16 + [3] * 16)
    gan.evaluate(images, labels, verbose=0)
    np.testing.assert_array_equal(np.bincount(asked), [64, 32, 0, 32])
    with pytest.raises(ValueError, match="learns from labelled images"):
        gan.evaluate(images, verbose=0)


class Quarter(MeanPixel):
    """Reads the class off the mean pixel: 0 to 63 is class 0, and so on to class 3."""

    def extract_batch(self, pixels):
        classes = pixels.mean(axis=(1, 2, 3)).astype(int) // 64
        return Extraction(classes[:, None].astype("float32"), np.eye(4, dtype="float32")[classes])


def test_class_agreement_asks_for_each_class_and_looks_at_what_came(images, tmp_path):
    generator, discriminator = kg.architectures.mlp(image_shape=(8, 8, 1), num_classes=4, latent_dim=6)
    gan = kg.GAN(generator, discriminator, seed=0, num_classes=4)
    gan.compile(metrics=[ClassAgreement(Quarter(), count=40)])
    gan.generate = lambda n, seed, labels: np.broadcast_to(
        ((labels - 1.5) / 2).astype("float32")[:, None, None, None], (n, 8, 8, 1)
    )
    labels = np.arange(64) % 4
    assert gan.evaluate(images, labels, verbose=0, return_dict=True)["class_agreement"] == 1
    obeys = gan.generate
    gan.generate = lambda n, seed, labels: obeys(n, seed, np.maximum(labels, 1))
    log = keras.callbacks.CSVLogger(str(tmp_path / "log.csv"))
    history = fit(gan, images, log, y=labels, validation_data=(images, labels), epochs=1).history
    assert history["val_class_agreement"] == [pytest.approx(0.75, abs=0.1)]
    assert "val_class_agreement" in next(csv.DictReader((tmp_path / "log.csv").open()))


def test_class_agreement_needs_classes(players):
    with pytest.raises(ValueError, match="Only a GAN with `num_classes`"):
        kg.GAN(*players).compile(metrics=[ClassAgreement(Quarter())])


def test_a_metric_by_name_survives_saving_and_others_are_left_out(players, extractor, tmp_path):
    gan = kg.GAN(*players, seed=0)
    gan.compile(metrics=[FrechetDistance(count=50), KernelDistance(extractor), PrecisionRecall(k=3, name="near")])
    gan.save(tmp_path / "gan.keras")
    kept = keras.models.load_model(tmp_path / "gan.keras").sample_metrics
    assert [each.get_config() for each in kept] == [gan.sample_metrics[i].get_config() for i in (0, 2)]


def test_a_diverged_generator_scores_nan_and_fit_goes_on(gan, images, light):
    class Diverge(keras.callbacks.Callback):
        def on_test_begin(self, logs=None):
            self.model.generator.layers[-2].bias.assign(np.full(64, np.nan))

    assert np.isnan(fit(gan, images, Diverge(), validation_data=light, epochs=1).history["val_fid"]).all()


def test_keras_metrics_are_refused(players):
    gan = kg.GAN(*players, seed=0)
    for metric in ("accuracy", keras.metrics.AUC(), {"out": ["mse"]}):
        with pytest.raises(ValueError, match="have no meaning for a GAN"):
            gan.compile(metrics=[metric])


def test_two_metrics_of_one_name_are_refused(players):
    with pytest.raises(ValueError, match="names of their own"):
        kg.GAN(*players, seed=0).compile(metrics=[FrechetDistance(), FrechetDistance(seed=1)])


def test_data_that_can_be_read_once_is_refused_before_training(gan, images, light):
    with pytest.raises(ValueError, match="Received: a generator"):
        fit(gan, images, validation_data=(batch for batch in [light]))
    assert int(gan.batches_seen) == 0
    with pytest.raises(ValueError, match="Received: a generator"):
        gan.evaluate(batch for batch in [light])
