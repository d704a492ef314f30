"""Trains a row of the quality table, scores it, keeps the run in docs/results/, and writes the table.md there.

    python scripts/benchmarks/quality.py mnist-10 --seeds 0 1 2     train and score three runs, then the table
    python scripts/benchmarks/quality.py mnist-40 --points 10       and score ten checkpoints along the way
    python scripts/benchmarks/quality.py                            only the table of what is there

A run that fails is kept too, with its last words. See docs/results/README.md.
"""

import argparse
import csv
import json
import shlex
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import floor
import machine
from quality_table import table

HERE = Path(__file__).parent
RESULTS = HERE.parents[1] / "docs" / "results"

TITLE = "# Scores of all runs, over seeds\n\nWritten by `scripts/benchmarks/quality.py`; see README.md here.\n\n"

# The arguments of `keras-gan train`, and minutes.
ROWS = {
    "mnist-10": ("mnist", 10),
    "mnist-60": ("mnist", 60),
    "mnist-40": ("mnist", 40),
    "mnist-unconditional-10": ("mnist --unconditional", 10),
    "mnist-unconditional-60": ("mnist --unconditional", 60),
    "fashion-10": ("fashion_mnist", 10),
    "fashion-60": ("fashion_mnist", 60),
    "fashion-unconditional-10": ("fashion_mnist --unconditional", 10),
    "glyphs-2": ("glyphs", 2),
    "mlp-10": ("mnist --unconditional --architecture mlp --latent-dim 100 --batch-size 50 --r1 0", 10),
    "tutorial-10": ("mnist", 10),  # by tutorial.py
}


def run(row, seed, minutes, points, folder):
    """Trains and scores one run; returns what is kept of it."""
    arguments, usual = ROWS[row]
    minutes, dataset, model = minutes or usual, arguments.split()[0], folder / "generator.keras"
    trainer = f"-m keras_gan train {arguments} --output '{folder}'"
    if row.startswith("tutorial"):
        trainer = f"'{HERE / 'tutorial.py'}' {arguments} --output '{model}'"
    train = f"{trainer} --minutes {minutes:g} --seed {seed}"
    kept = {"row": row, "seed": seed, "minutes": minutes, "date": time.strftime("%Y-%m-%d %H:%M")}
    kept["machine"] = machine.header(floor.matrix_rate())
    kept["commit"] = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=HERE, capture_output=True, text=True
    ).stdout.strip()
    kept["command"] = train.replace("-m keras_gan", "keras-gan").replace(f"{HERE}/", "").replace(str(folder), "FOLDER")
    began, out, copies = time.monotonic(), folder / "train.log", []
    with out.open("w") as log:
        process = subprocess.Popen([sys.executable, *shlex.split(train)], stdout=log, stderr=subprocess.STDOUT)
        while process.poll() is None:
            time.sleep(1)
            if (
                time.monotonic() - began > 60 * minutes * (len(copies) + 1) / max(points, 1)
                and len(copies) < points - 1
            ):
                copies.append(copy_aside(folder, len(copies)))
    kept["wall_s"] = round(time.monotonic() - began)
    last = out.read_text().splitlines()[-3:]
    if process.returncode:
        return kept | {"error": " ".join(last)}
    seen = [line for line in out.read_text().splitlines() if "images seen" in line][0]
    kept["images_seen"] = int(seen.split()[0].replace(",", ""))
    run_json = next(folder.glob("*/run.json"), None)
    source = run_json.parent if run_json else model
    kept |= facts(source) if run_json else {"setting": "tutorial"}
    try:
        kept["scores"] = evaluate(source, dataset, "both")
        kept["curve"] = [evaluate(copy, dataset, "patches") for copy in copies if copy]
    except subprocess.CalledProcessError as error:
        kept["error"] = error.stderr[-1000:]
    return kept


def copy_aside(folder, number):
    """A run's newest checkpoint, in a folder that `keras-gan evaluate` takes; None before the first."""
    newest = max(folder.glob("[0-9]*/checkpoints/*.checkpoint"), default=None)  # not of the copies
    if newest is None:
        return None
    target = folder / f"point-{number}"
    (target / "checkpoints").mkdir(parents=True)
    shutil.copy(newest, target / "checkpoints")
    shutil.copy(newest.parents[1] / "config.json", target)
    return target


def evaluate(source, dataset, extractor):
    """Scores by extractor, as `keras-gan evaluate` writes them."""
    output = Path(source).parent / "scores.json"
    command = ["-m", "keras_gan", "evaluate", source, "--dataset", dataset, "--extractor", extractor]
    command = [sys.executable, *map(str, command), "--output", str(output)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    return json.loads(output.read_text())["scores"] | batch_scored(Path(source))


def batch_scored(source):
    """After which batch the checkpoint was saved that `keras-gan evaluate` takes: the best one, or the newest."""
    newest = max(source.glob("checkpoints/*.checkpoint"), default=None)
    if newest is None:
        return {}
    with zipfile.ZipFile(newest) as archive:
        best = json.loads(archive.read("facts.json"))["best"]
    taken = newest.with_name(best["file"]) if best else newest
    return {"batch": int((taken if taken.exists() else newest).stem.split("-")[1])}


def facts(source):
    """The settings of a run, and at most 100 epochs of its log."""
    config, start = (json.loads((source / name).read_text()) for name in ("config.json", "run.json"))
    start, scored = start["starts"][-1], source / "scores.json"
    rows = list(csv.DictReader((source / "log.csv").open()))
    log = {
        key: [round(float(row[key]), 4) for row in rows[:: 1 + len(rows) // 100] if row[key] not in ("", "NA")]
        for key in (rows[0] if rows else ())
    }
    return {
        "config": config,
        "versions": start["versions"],
        "identity": start["identity"],
        "log": log,
        "scored": json.loads(scored.read_text()) if scored.exists() else {},
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", choices=[*ROWS, []], metavar="ROW", help=f"of {', '.join(ROWS)}")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--minutes", type=float, help="other than the row's, to try")
    parser.add_argument("--points", type=int, default=1, help="score so many checkpoints, equally far apart")
    parser.add_argument("--runs", type=Path, default=Path("runs/quality"), help="where the run folders go")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the JSON files go")
    arguments = parser.parse_args()
    arguments.results.mkdir(parents=True, exist_ok=True)
    for row in arguments.rows:
        for seed in arguments.seeds:
            name = f"{row}-seed{seed}-{time.strftime('%Y%m%d-%H%M%S')}"
            (folder := (arguments.runs / name).absolute()).mkdir(parents=True)
            kept = run(row, seed, arguments.minutes, arguments.points, folder)
            (arguments.results / f"{name}.json").write_text(json.dumps(kept, indent=1) + "\n")
    (arguments.results / "table.md").write_text(TITLE + table(arguments.results) + "\n")
    print(table(arguments.results))


if __name__ == "__main__":
    main()
