import pytest

from keras_gan.export import facts
from keras_gan.export.targets import replacing


def put(path, text, export=True, overwrite=False):
    """Writes a folder or, where the path has a suffix, a file, that holds the text and may say that it is an export."""
    with replacing(path, overwrite) as temporary:
        content = f"{text} {facts.NAME if export else ''}"
        if path.suffix:
            temporary.write_text(content)
            return
        (temporary / facts.FOLDER).mkdir(parents=True)
        (temporary / "saved_model.pb").write_text(text)
        if export:
            (temporary / facts.FOLDER / facts.NAME).write_text("{}")


def text_of(path):
    return (path if path.is_file() else path / "saved_model.pb").read_text().split()[0]


@pytest.fixture(params=["folder", "file.keras"])
def path(request, tmp_path):
    return tmp_path / "parents that do not exist" / request.param


def test_an_earlier_export_is_replaced(path):
    put(path, "old")
    put(path, "new")
    assert text_of(path) == "new"
    assert list(path.parent.iterdir()) == [path]


def test_something_else_is_not_replaced(path):
    put(path, "old", export=False)
    with pytest.raises(FileExistsError, match="overwrite=True"):
        put(path, "new")
    assert text_of(path) == "old"


def test_something_else_is_replaced_if_the_user_says_so(path):
    put(path, "old", export=False)
    put(path, "new", overwrite=True)
    assert text_of(path) == "new"


def test_an_empty_folder_is_filled(tmp_path):
    (tmp_path / "folder").mkdir()
    put(tmp_path / "folder", "new")
    assert text_of(tmp_path / "folder") == "new"


def test_a_folder_of_other_things_is_never_deleted(tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter").touch()
    with pytest.raises(FileExistsError):
        put(tmp_path / "home", "new", overwrite=True)
    assert (tmp_path / "home" / "letter").exists()


def test_a_failure_while_writing_leaves_the_old_and_no_rest(path):
    put(path, "old")
    with pytest.raises(KeyboardInterrupt), replacing(path, overwrite=False) as temporary:
        temporary.write_text("half")
        raise KeyboardInterrupt
    assert text_of(path) == "old"
    assert list(path.parent.iterdir()) == [path]
