"""Metrics: arrays in, numbers out. None of them sees a model that generates."""

from keras_gan.metrics.evaluate import evaluate_samples
from keras_gan.metrics.extractors import (
    Extraction,
    Extractor,
    KerasExtractor,
    PatchesExtractor,
    ReferenceExtractor,
    RidgeClassifier,
    get_extractor,
    inception_extractor,
)
from keras_gan.metrics.frechet import feature_statistics, frechet_distance, frechet_distance_from_statistics
from keras_gan.metrics.inception_score import inception_score
from keras_gan.metrics.kernel import kernel_distance
from keras_gan.metrics.modes import class_agreement, class_coverage, confident_share, mixture_coverage
from keras_gan.metrics.neighbours import memorisation
from keras_gan.metrics.precision_recall import precision_recall
from keras_gan.metrics.real_features import real_extraction, real_statistics
from keras_gan.metrics.sample_metric import (
    ClassAgreement,
    FrechetDistance,
    KernelDistance,
    PrecisionRecall,
    SampleMetric,
)
from keras_gan.metrics.score import Protocol, Score, save_scores, score_table, scores_from_json, scores_to_json
from keras_gan.metrics.two_sample import two_sample_test

__all__ = [
    "ClassAgreement",
    "Extraction",
    "Extractor",
    "FrechetDistance",
    "KerasExtractor",
    "KernelDistance",
    "PatchesExtractor",
    "PrecisionRecall",
    "Protocol",
    "ReferenceExtractor",
    "RidgeClassifier",
    "SampleMetric",
    "Score",
    "class_agreement",
    "class_coverage",
    "confident_share",
    "evaluate_samples",
    "feature_statistics",
    "frechet_distance",
    "frechet_distance_from_statistics",
    "get_extractor",
    "inception_extractor",
    "inception_score",
    "kernel_distance",
    "memorisation",
    "mixture_coverage",
    "precision_recall",
    "real_extraction",
    "real_statistics",
    "save_scores",
    "score_table",
    "scores_from_json",
    "scores_to_json",
    "two_sample_test",
]
