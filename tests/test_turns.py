"""The clock of scripts/bench: a contender's threads work in its own turns only, and one that fails is named."""

import sys
import time
from pathlib import Path

import pytest

CONTENDER = """
import sys, threading, time
import clock

counts = [0]

def count():
    while True:
        counts[0] += 1
        time.sleep(0.002)

threading.Thread(target=count, daemon=True).start()
turns = []

def epoch():
    turns.append(counts[0])
    if sys.argv[1] == "fails" and len(turns) == 2:
        sys.exit("no more")
    clock.stepped()
    time.sleep(0.05)
    between = turns[-1] - counts_at_end[-1] if counts_at_end else 0
    counts_at_end.append(counts[0])
    return between, len(turns)

counts_at_end = []
clock.take_turns(epoch)
"""


@pytest.fixture
def turns(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "scripts" / "benchmarks"))
    import turns

    (tmp_path / "contender.py").write_text(CONTENDER)
    monkeypatch.setattr(turns, "CONTENDERS", tmp_path)
    yield turns
    sys.modules.pop("turns")


def test_a_contender_stands_still_between_its_turns(turns):
    running = turns.Running("contender.py", "works", (), "tensorflow")
    try:
        running.answer()
        time.sleep(0.5)  # of another: 250 counts, if it ran on
        between, number = running.turn()["losses"]
    finally:
        running.end()
    assert number == 2 and between < 50


def test_a_contender_that_breaks_off_is_left_out_and_told_of(turns):
    told = []
    contenders = dict.fromkeys(("one", "two"), ("contender.py", (), "tensorflow"))
    found = turns.take_turns(contenders, "works", 3, told.append)
    assert {name: len(answers) for name, answers in found.items()} == {"one": 3, "two": 3} and not told
    assert turns.take_turns({"one": contenders["one"]}, "fails", 3, told.append) == {}
    assert told == ["one failed: no more"]
