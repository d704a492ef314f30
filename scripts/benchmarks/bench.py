"""Times training through keras_gan's `fit` against hand-written loops, and what else a user waits for.

    scripts/bench                    everything: about an hour on two cores
    scripts/bench --quick            two workloads and the main contenders: four minutes
    scripts/bench --workloads mlp-50 --rounds 9 --parts training
    scripts/bench --backends tensorflow jax

Writes benchmarks.json, benchmarks.md and benchmarks.png into `--output`.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

import command
import cost
import floor
import machine
import pipeline
import table
from contenders import CONTENDERS, chosen
from turns import take_turns
from workloads import WORKLOADS

FEWEST_ROUNDS = 5
PARTS = ("training", "command", "pipeline", "cost")
WHOLE = {"workloads": list(WORKLOADS), "rounds": None, "parts": PARTS}
QUICK = {"workloads": ["mlp-50", "tutorial-64"], "rounds": FEWEST_ROUNDS, "parts": ["training", "command"]}


def main():
    options = arguments()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    rates = [floor.matrix_rate()]
    found = {"date": time.strftime("%Y-%m-%d"), "machine": machine.header(*rates), "rates": rates, "training": {}}
    log(f"{found['date']}: {found['machine']}")
    failures = []
    for workload in options.workloads if "training" in options.parts else ():
        work = WORKLOADS[workload]
        rivals = chosen(work.kind, options.backends, options.contenders, options.quick)
        answers = take_turns(rivals, workload, options.rounds or work.rounds, lambda line: log(f"  {line}"))
        rates.append(floor.matrix_rate())
        found["machine"] = machine.header(min(rates), max(rates))
        found["training"][workload] = table.summary(workload, answers, max(rates[-2:]))
        log(table.of_workload(workload, found["training"][workload]))
        failures += [f"{workload}: {name} failed" for name in rivals if name not in answers]
        failures += table.other_jobs(workload, answers)
        write(found, options.output)
    for part in (command, pipeline, cost):
        if part.__name__ in options.parts:
            found[part.__name__] = part.measure(options.output)
            log(part.text(found[part.__name__]))
            write(found, options.output)
    log(f"\n{table.against_groups(found['training'])}\n\n{table.by_backend(found['training'])}")
    if failures:
        sys.exit("Not all contenders did the same job to its end:\n" + "\n".join(failures))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--workloads", nargs="+", choices=list(WORKLOADS))
    parser.add_argument("--contenders", nargs="+", default=list(CONTENDERS), choices=list(CONTENDERS))
    parser.add_argument("--backends", nargs="+", default=["tensorflow"], choices=["tensorflow", "jax", "torch"])
    parser.add_argument("--parts", nargs="+", choices=PARTS)
    parser.add_argument("--rounds", type=int, help="of turns; default: 9 to 21, as the workload says")
    parser.add_argument("--output", type=Path, default=Path("runs/bench"))
    found = parser.parse_args()
    for name, usual in (QUICK if found.quick else WHOLE).items():
        if getattr(found, name) is None:
            setattr(found, name, usual)
    if found.rounds is not None and found.rounds < FEWEST_ROUNDS:
        parser.error(
            f"expected --rounds of at least {FEWEST_ROUNDS}, since single turns scatter; received {found.rounds}"
        )
    return found


def write(found, folder):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "benchmarks.json").write_text(json.dumps(found, indent=1) + "\n")
    parts = [part.text(found[part.__name__]) for part in (command, pipeline, cost) if part.__name__ in found]
    (folder / "benchmarks.md").write_text("\n\n".join([table.document(found), *parts]) + "\n")


def log(text):
    print(text, flush=True)


if __name__ == "__main__":
    main()
