import pytest


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    """A cache folder that does not exist yet, instead of the user's."""
    folder = tmp_path_factory.mktemp("cache") / "keras_gan"
    monkeypatch.setenv("KERAS_GAN_CACHE", str(folder))
    return folder
