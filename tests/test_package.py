"""What importing the package does."""

import importlib
import os

import pytest

import keras_gan


@pytest.mark.parametrize("said", [None, "0"])
def test_fast_convolutions_are_on_unless_the_user_said_otherwise(monkeypatch, said):
    monkeypatch.delenv("TF_ENABLE_ONEDNN_OPTS", raising=False)
    if said is not None:
        monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", said)
    importlib.reload(keras_gan)
    assert os.environ["TF_ENABLE_ONEDNN_OPTS"] == (said or "1")
