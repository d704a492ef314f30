import dataclasses

import pytest

from keras_gan.metrics import Protocol, Score, save_scores, score_table, scores_from_json, scores_to_json

PROTOCOL = Protocol("patches", "abc", "test", "def", real_count=10_000, fake_count=10_000, seed=0)


def fid(value, **changes):
    return Score("fid", value, dataclasses.replace(PROTOCOL, **changes), floor=9.7)


def test_scores_of_one_protocol_compare_and_subtract():
    assert fid(20.0) < fid(30.0)
    assert fid(30.0) >= fid(30.0)
    assert sorted([fid(30.0), fid(20.0)])[0].value == 20
    assert fid(30.0) - fid(20.0) == 10
    assert float(fid(30.0)) == 30


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Protocol)])
@pytest.mark.parametrize("operator", ["__lt__", "__le__", "__gt__", "__ge__", "__sub__"])
def test_any_difference_of_protocol_is_refused(field, operator):
    other = fid(30.0, **{field: 7})
    with pytest.raises(ValueError, match=f"one protocol only. Received: fid with {field} "):
        getattr(fid(20.0), operator)(other)


def test_scores_of_two_names_are_refused():
    with pytest.raises(ValueError, match="'fid' and 'kid'"):
        fid(20.0) < Score("kid", 0.1, PROTOCOL)  # noqa: B015


def test_a_bare_number_is_refused():
    with pytest.raises(TypeError, match=r"Use float\(score\)"):
        fid(20.0) < 30.0  # noqa: B015


def test_a_score_cannot_be_altered():
    with pytest.raises(dataclasses.FrozenInstanceError):
        fid(20.0).value = 3.0


def test_json_brings_back_equal_scores(tmp_path):
    scores = {"fid": fid(20.5), "kid": Score("kid", 0.125, PROTOCOL, deviation=0.01)}
    assert scores_from_json(scores_to_json(scores)) == scores
    save_scores(scores, tmp_path / "scores.json")
    assert scores_from_json((tmp_path / "scores.json").read_text()) == scores


@pytest.mark.parametrize("text", ["", "[{}]", '{"fid": 3}', "[3]"])
def test_json_of_something_else_is_refused(text):
    with pytest.raises(ValueError, match="JSON that keras_gan wrote"):
        scores_from_json(text)


def test_the_table_shows_value_floor_and_protocol():
    table = score_table({"fid": fid(20.5)})
    assert "fid" in table
    assert "20.5000" in table
    assert "9.7000    2.1134   lower" in table
    assert "10000 samples against 10000 images of the test split, as uint8, extractor patches abc, seed 0" in table
