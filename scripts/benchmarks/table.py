"""The answers of the contenders as medians, ratios and Markdown."""

import math
import statistics

import floor
from contenders import BY_HAND, CONTENDERS, GROUPS, OURS
from workloads import WORKLOADS

SAME_LOSS = 0.25  # how far from the usual loss a contender may be that does the same job with other random numbers


def summary(workload, answers, rate):
    """What is worth keeping of a workload's answers, by contender; ratios are taken turn by turn."""
    work, least = WORKLOADS[workload], floor.step_flop(workload) / rate
    found = {}
    for name, turns in answers.items():
        seconds = [each["seconds"] / work.steps for each in turns]
        found[name] = {
            "steps_per_s": statistics.median(1 / s for s in seconds),
            "images_per_s": work.batch * statistics.median(1 / s for s in seconds),
            "spread": [1 / max(seconds), 1 / min(seconds)],
            "of_floor": None if "bfloat16" in name else least / statistics.median(seconds),  # the floor is float32's
            "seconds": [each["seconds"] for each in turns],
            "first_step_s": turns[0]["first_step_s"],
            "peak_mib": turns[-1]["peak_mib"],
            "losses": losses(turns),
        }
        if OURS in answers:
            found[name]["ours_is"] = ratio(answers[OURS], turns)
        by_hand = BY_HAND[CONTENDERS[name].backend]
        if CONTENDERS[name].group == OURS:
            rivals = [each for each in answers if CONTENDERS[each].group == by_hand]
            found[name]["by_hand"] = {each: ratio(turns, answers[each]) for each in rivals}
    return found


def ratio(ours, theirs):
    """How many times as fast we are, turn by turn: median, least and greatest."""
    ratios = [their["seconds"] / our["seconds"] for our, their in zip(ours, theirs, strict=False)]
    return [statistics.median(ratios), min(ratios), max(ratios)]


def losses(turns):
    return [statistics.mean(each["losses"][i] for each in turns) for i in (0, 1)]


def other_jobs(workload, answers):
    """A line for each contender whose losses, after equally many steps, are not those of the others."""
    found = {name: losses(turns) for name, turns in answers.items()}
    lines = []
    for i, loss in enumerate(("d_loss", "g_loss")):
        usual = statistics.median([each[i] for each in found.values() if math.isfinite(each[i])] or [0.0])
        lines += [
            f"{workload}: {name} has a {loss} of {each[i]:.3f}, the usual one is {usual:.3f}"
            for name, each in found.items()
            if not abs(each[i] - usual) <= SAME_LOSS * usual
        ]
    return lines


def of_workload(workload, found):
    """Every contender's line, fastest first."""
    lines = [
        f"\n### {workload}\n",
        "| contender | images/s (from, to), steps/s | ours is (from, to) | of the floor | first step | peak memory "
        "| d, g loss |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, each in sorted(found.items(), key=lambda item: -item[1]["steps_per_s"]):
        low, high = (WORKLOADS[workload].batch * rate for rate in each["spread"])
        times = "{:.2f}x ({:.2f}, {:.2f})".format(*each["ours_is"]) if "ours_is" in each else ""
        lines.append(
            f"| {name} | {each['images_per_s']:,.0f} ({low:,.0f}, {high:,.0f}), {each['steps_per_s']:.3g} | {times} | "
            f"{share(each['of_floor'])} | {each['first_step_s']:.1f} s | {each['peak_mib']:.0f} MiB | "
            f"{each['losses'][0]:.2f}, {each['losses'][1]:.2f} |"
        )
    return "\n".join(lines)


def against_groups(training):
    """The short table: how much faster we are than the fastest of each group, and what callbacks and memory cost."""
    groups = [
        group for group in GROUPS if any(CONTENDERS[name].group == group for of in training.values() for name in of)
    ]
    lines = [
        f"| workload | images/s | of the floor | {' | '.join(f'against {group}' for group in groups)} "
        "| callbacks on | peak memory |",
        f"|---|---|---|{'---|' * len(groups)}---|---|",
    ]
    for workload, found in training.items():
        if OURS not in found:
            continue
        ours, cells = found[OURS], []
        for group in groups:
            rivals = [name for name in found if CONTENDERS[name].group == group]
            least = min((found[name]["ours_is"][0] for name in rivals), default=None)
            cells.append(f"{least:.2f}x" if rivals else "")
        grids = found.get(f"{OURS}, ImageGrid and Resume")
        cells.append(f"{1 / grids['ours_is'][0]:.2f}x" if grids else "")
        rival = found.get("tf.function")
        cells.append(f"{ours['peak_mib'] / rival['peak_mib']:.2f}x" if rival else "")
        lines.append(f"| {workload} | {ours['images_per_s']:,.0f} | {ours['of_floor']:.0%} | {' | '.join(cells)} |")
    return "\n".join(lines)


def by_backend(training):
    """A column for each backend: images a second, and how many times those of its own loop by hand."""
    ours = {"tensorflow": OURS, "jax": f"{OURS} on jax", "torch": f"{OURS} on torch"}
    lines = [f"| workload | {' | '.join(f'{each}, against {BY_HAND[each]}' for each in ours)} |", "|---|---|---|---|"]
    for workload, found in training.items():
        cells = [cell(found[name]) if name in found else "" for name in ours.values()]
        lines.append(f"| {workload} | {' | '.join(cells)} |")
    return "\n".join(lines)


def share(part):
    return "" if part is None else f"{part:.0%}"


def several_backends(training):
    return any(f"{OURS} on " in name for found in training.values() for name in found)


def cell(ours):
    against_fastest = min((ratios[0] for ratios in ours["by_hand"].values()), default=None)
    return f"{ours['images_per_s']:,.0f}" + (f", {against_fastest:.2f}x" if against_fastest else "")


def rounds(training):
    counts = {len(each["seconds"]) for found in training.values() for each in found.values()}
    return " to ".join(map(str, sorted({min(counts), max(counts)}))) if counts else "no"


def document(found):
    parts = [
        "# Benchmarks",
        f"Written by `scripts/bench` on {found['date']}. {found['machine']}.",
        "A contender is a process of its own, halted between its turns; they take "
        f"{rounds(found['training'])} turns, an epoch each, from equal weights and by the same step "
        "(`tests/test_contenders.py`, dropout aside; PyTorch pads convolutions otherwise, and JAX's steps are compared "
        "by their losses only). Through `fit` all turns are epochs of one call. The ratio is taken turn by turn: "
        "medians, with the least and the greatest in brackets, which is why it is not that of the two medians beside "
        'it. "Ours is 1.5x" means that keras_gan trains 1.5 times as '
        "many images a second. The floor is the time that a step's products would take at "
        "the faster of the rates measured before and after. "
        "Losses are means over all turns, which are equally many steps for all; the command fails if they differ by "
        f"more than {SAME_LOSS:.0%}. All tf.data pipelines run without autotuning, whose thread "
        "lets short epochs end late.",
        "## Against the fastest of each kind",
        against_groups(found["training"]),
        *(["## By backend", by_backend(found["training"])] if several_backends(found["training"]) else []),
        "## Every contender",
        *[of_workload(workload, each).strip() for workload, each in found["training"].items()],
    ]
    return "\n\n".join(parts)
