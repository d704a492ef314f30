"""A number with the protocol it was measured under, comparable with its like only."""

import dataclasses
import json
from pathlib import Path

from keras_gan.atomic import replacing


@dataclasses.dataclass(frozen=True)
class Protocol:
    """All that must be equal for two numbers to be comparable.

    Attributes:
        extractor: the extractor's name.
        extractor_hash: hexadecimal digits that change when its features do.
        split: which real images the samples were compared with, such as "test".
        real_hash: hash of those images.
        real_count, fake_count: images on either side.
        seed: of the evaluation's own draws, not of the training.
        settings: what the metric itself was told, such as "k=5".
        quantised: pixels were rounded to this type before features were taken.
    """

    extractor: str
    extractor_hash: str
    split: str
    real_hash: str
    real_count: int
    fake_count: int
    seed: int
    settings: str = ""
    quantised: str = "uint8"


@dataclasses.dataclass(frozen=True)
class Score:
    """One measured number.

    `<`, `<=`, `>`, `>=` and `-` work between scores of one name and protocol, and raise ValueError between others.
    `float(score)` leaves the protocol behind.

    Attributes:
        name: such as "fid".
        value: the number.
        protocol: how it was measured.
        floor: the same metric where real images stand in for the samples, or None if it has no meaning.
        deviation: standard deviation of `value` over the metric's own draws, or None.
    """

    name: str
    value: float
    protocol: Protocol
    floor: float | None = None
    deviation: float | None = None

    def __float__(self):
        return self.value

    def __lt__(self, other):
        return self.value < self._comparable(other)

    def __le__(self, other):
        return self.value <= self._comparable(other)

    def __gt__(self, other):
        return self.value > self._comparable(other)

    def __ge__(self, other):
        return self.value >= self._comparable(other)

    def __sub__(self, other):
        return self.value - self._comparable(other)

    def _comparable(self, other):
        if not isinstance(other, Score):
            raise TypeError(f"A score compares with another score. Received: {other!r}. Use float(score) for numbers.")
        if self.name != other.name:
            raise ValueError(f"Only scores of one name compare. Received: {self.name!r} and {other.name!r}.")
        here, there = dataclasses.asdict(self.protocol), dataclasses.asdict(other.protocol)
        unlike = [f"{key} {here[key]!r} and {there[key]!r}" for key in here if here[key] != there[key]]
        if unlike:
            raise ValueError(
                f"Scores compare under one protocol only. Received: {self.name} with {'; '.join(unlike)}. "
                "Measure both again with the same extractor, real images, counts and seed."
            )
        return other.value


def scores_to_json(scores):
    """Returns JSON text of scores, a dict by name as `evaluate_samples` returns it."""
    return json.dumps([dataclasses.asdict(score) for score in scores.values()], indent=2)


def scores_from_json(text):
    """Returns the dict of scores that `scores_to_json` wrote; raises ValueError where the text is none of its own."""
    try:
        scores = [Score(**{**entry, "protocol": Protocol(**entry["protocol"])}) for entry in json.loads(text)]
    except (TypeError, KeyError, ValueError) as error:
        raise ValueError(f"The text must be JSON that keras_gan wrote for scores. Received: {text[:80]!r}.") from error
    return {score.name: score for score in scores}


def save_scores(scores, path):
    """Writes scores to a JSON file that appears whole or not at all."""
    with replacing(Path(path)) as temporary:
        temporary.write_text(scores_to_json(scores) + "\n", encoding="utf-8")


BETTER = {  # which way samples improve; "as real" means towards what real images reach
    "fid": "lower",
    "kid": "lower",
    "precision": "higher",
    "recall": "higher",
    "density": "higher",
    "coverage": "higher",
    "two_sample_accuracy": "0.5",
    "two_sample_p": "higher",
    "inception_score": "higher",
    "classes_reached": "higher",
    "class_divergence": "lower",
    "class_agreement": "higher",
}
RATIOS = {"fid", "precision", "recall", "density", "coverage", "inception_score", "confident_share", "class_agreement"}


def score_table(scores):
    """Returns scores as lines of text, below them the protocol.

    The columns: name, value, deviation, what real images reach in the samples' place, the value over that where it
    says something, and which way is better.
    """
    lines = [f"{'score':<22}{'value':>10}{'+-':>10}{'real images':>14}{'ratio':>10}   better"]
    for score in scores.values():
        ratio = score.value / score.floor if score.name in RATIOS and score.floor else None
        numbers = f"{score.value:>10.4f}{_cell(score.deviation, 10)}{_cell(score.floor, 14)}{_cell(ratio, 10)}"
        lines.append(f"{score.name:<22}{numbers}   {BETTER.get(score.name, 'as real')}")
    for protocol in dict.fromkeys(dataclasses.replace(s.protocol, settings="") for s in scores.values()):
        lines.append(
            f"{protocol.fake_count} samples against {protocol.real_count} images of the {protocol.split} split, as "
            f"{protocol.quantised}, extractor {protocol.extractor} {protocol.extractor_hash}, seed {protocol.seed}"
        )
    return "\n".join(lines)


def _cell(value, width):
    return " " * width if value is None else f"{value:>{width}.4f}"
