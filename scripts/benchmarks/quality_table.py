"""The table of scored runs: means and deviations over seeds, beside what real images reach and what was asked for."""

import json
import statistics
import zlib

SHOWN = ("fid", "class_agreement", "confident_share", "precision", "recall", "density", "coverage")

# What each score must reach at least, and what we aim at. For `confident_share` the distance from real images,
# for precision, recall, density and coverage the share of what real images reach.
NEIGHBOURS = dict.fromkeys(("precision", "recall", "density", "coverage"), (0.93, 0.98))
DIGITS = {"class_agreement": (0.985, 0.993), "confident_share": (0.015, 0.005), **NEIGHBOURS}
NO_TARGET = (None, None)
TARGETS = {
    "mnist-10": {"fid": (18, 13), **DIGITS},
    "mnist-60": {"fid": (15, 11), **DIGITS},
    "mnist-unconditional-10": {"fid": (28, 18)},
    "mnist-unconditional-60": {"fid": (20, 13)},
    "fashion-10": {"fid": (45, 25), **NEIGHBOURS},
    "fashion-60": {"fid": (32, 15), **NEIGHBOURS},
    "fashion-unconditional-10": {"fid": (68, 40)},
    "glyphs-2": {"class_agreement": (0.95, 0.99)},
}


def table(results):
    """Markdown: a line for each score of each row and setting, over seeds."""
    lines = ["| run (setting) | seeds | images seen | score | mean +- deviation | real images | at least | aim |"]
    lines.append("|" + "---|" * 8)
    runs = [json.loads(path.read_text()) for path in sorted(results.glob("*.json"))]
    for row, setting in sorted({(run["row"], setting_of(run)) for run in runs}):
        group, name = [run for run in runs if (run["row"], setting_of(run)) == (row, setting)], f"{row} ({setting})"
        lines += [
            f"| {name} | {run['seed']} | | failed | {' '.join(run['error'].replace('|', '/').split())[:80]} | | | |"
            for run in group
            if "error" in run
        ]
        lines += [line(name, score, runs_of_it, row) for score in SHOWN for runs_of_it in comparable(group, score)]
    return "\n".join(lines)


def comparable(runs, score):
    """The runs that have this score, those of one protocol together."""
    protocols = {}
    for run in runs:
        if found := score_of(run, score):
            protocols.setdefault(json.dumps(found["protocol"], sort_keys=True), []).append(run)
    return protocols.values()


def line(name, score, runs, row):
    found, seeds = [score_of(run, score) for run in runs], " ".join(str(run["seed"]) for run in runs)
    values, floor = [each["value"] for each in found], statistics.mean(each["floor"] for each in found)
    deviation = f" +- {statistics.stdev(values):.3g}" if len(values) > 1 else ""
    seen, (least, aim) = statistics.mean(run["images_seen"] for run in runs), TARGETS.get(row, {}).get(score, NO_TARGET)
    return (
        f"| {name} | {seeds} | {seen:,.0f} | {score} | {statistics.mean(values):.4g}{deviation} | {floor:.4g} | "
        f"{wanted(score, least, floor)} | {wanted(score, aim, floor)} |"
    )


def setting_of(run):
    """A checksum of the settings, the game and the networks' sizes, without the seed."""
    if "identity" not in run:
        return run.get("setting", "")
    identity, told_by_it = run["identity"], ("seed", "r1", "r2", "sizes")
    sizes = [identity[player].split(",")[0] for player in ("generator", "discriminator")]  # the rest depends on seeds
    config = {name: value for name, value in run["config"].items() if name not in told_by_it}
    named = [config, identity["compilation"], identity["averaged generator"], sizes]
    return f"{zlib.crc32(json.dumps(named, sort_keys=True).encode()):08x}"


def score_of(run, name):
    extractor = "patches" if name == "fid" else "reference"
    return next((each for each in run.get("scores", {}).get(extractor, []) if each["name"] == name), None)


def wanted(score, target, floor):
    """The bound that the table's target means, beside what real images reach."""
    if target is None:
        return ""
    if score == "confident_share":
        return f"{floor - target:.4f} to {floor + target:.4f}"
    return f"{target * floor:.3f}" if score in ("precision", "recall", "density", "coverage") else f"{target:g}"
