"""Every loss with every penalty on one pair of networks: what each makes of the same images, one core each.

    python scripts/benchmarks/sweep.py mlp batch_size=50 learning_rate=2e-4 --images 300000
    python scripts/benchmarks/sweep.py                          the tables of what was tried

The score is FD(patches) of 10,000 samples of the averaged generator against 10,000 embedded digits left out of the
training, without classes; penalties have their default weights and no intervals. Settings are those of search.py. Each
pair adds a line to docs/results/sweep.jsonl.
"""

import argparse
import json
from pathlib import Path

from search import run, value_of  # before keras, which it gives one core

import keras_gan as kg
from keras_gan.recipes.image_generation import save_grid

RESULTS = Path(__file__).parents[2] / "docs" / "results" / "sweep.jsonl"
LOSSES = [name for name in kg.losses.BY_NAME if name != "lsgan"]
PENALTIES = [None, *(name for name in kg.penalties.BY_NAME if name != "wgan_gp")]


def sweep(architecture, given, losses, images, seed):
    for loss in losses:
        for penalty in PENALTIES:
            setting = given | {"dataset": "glyphs", "architecture": architecture, "conditional": False, "r1": 0}
            gan, found = run(setting | {"loss": loss, "penalty": penalty}, images, seed)
            found |= {"architecture": architecture, "loss": loss, "penalty": penalty, "given": given}
            with RESULTS.open("a") as file:
                file.write(json.dumps(found) + "\n")
            save_grid(gan, Path("runs/sweep") / f"{architecture}-{loss}-{penalty}.png")
            print(f"{architecture} {loss} {penalty}: {found['fd_patches']}", flush=True)


def tables():
    found = [json.loads(line) for line in RESULTS.read_text().splitlines()] if RESULTS.exists() else []
    for run_of in dict.fromkeys((each["architecture"], each["images"], json.dumps(each["given"])) for each in found):
        scores = {
            (each["loss"], each["penalty"]): f"{each['fd_patches']:.0f}"
            for each in found
            if (each["architecture"], each["images"], json.dumps(each["given"])) == run_of
        }
        yield f"{run_of[0]}, {run_of[1]:,} images, {run_of[2]}\n"
        yield f"| loss | {' | '.join(penalty or 'none' for penalty in PENALTIES)} |"
        yield "|---" * (len(PENALTIES) + 1) + "|"
        for loss in LOSSES:
            yield f"| {loss} | {' | '.join(scores.get((loss, penalty), '') for penalty in PENALTIES)} |"
        yield ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("architecture", nargs="?")
    parser.add_argument("setting", nargs="*", metavar="NAME=VALUE")
    parser.add_argument("--images", type=int, default=80_000)
    parser.add_argument("--losses", nargs="+", default=LOSSES, choices=LOSSES)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    if arguments.architecture is None:
        return print("\n".join(tables()))
    given = {name: value_of(value) for name, value in (each.split("=") for each in arguments.setting)}
    return sweep(arguments.architecture, given, arguments.losses, arguments.images, arguments.seed)


if __name__ == "__main__":
    main()
