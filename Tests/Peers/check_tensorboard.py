"""Reads the scalars of a search back with the real TensorBoard package: a search, one that is killed and resumed, and the
same search without scalars, whose digest must be the same.

Usage: check_tensorboard.py ESPALIER
"""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

from tensorboard.backend.event_processing import event_accumulator

ROOT = pathlib.Path(__file__).resolve().parents[2]
SETTINGS = ["--set", "train.budget.images=24000", "--set", "data.hold-out.rank=64", "--set", "data.hold-out.pick=64",
            "--set", "checkpoint.every-batches=20"]
TAGS = {"train/loss", "train/learning_rate", "train/budget_spent", "score/accuracy_best", "score/accuracy_median",
        "score/loss_best", "round/number", "round/survivors", "round/score_best", "truth/tau_b"}


def read(folder):
    accumulator = event_accumulator.EventAccumulator(str(folder), size_guidance={event_accumulator.SCALARS: 0})
    accumulator.Reload()
    return {tag: [(e.step, e.value) for e in accumulator.Scalars(tag)] for tag in accumulator.Tags()["scalars"]}


def main():
    espalier = str(pathlib.Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as temporary:
        place = pathlib.Path(temporary)
        logs = ["--tensorboard", "logs", "--truth", str(ROOT / "docs/results/synthetic_64.csv")]

        def search(run, *options):
            ran = subprocess.run(
                [espalier, "search", "--run", run, "--json", *SETTINGS, *options], cwd=place, capture_output=True, text=True)
            assert ran.returncode == 0, ran.stderr
            return json.loads(ran.stdout)

        plain, whole = search("plain"), search("whole", *logs)
        assert plain["digest"] == whole["digest"], "scalars have changed the run"
        scalars = read(place / "logs/whole")
        assert TAGS <= set(scalars), f"missing: {TAGS - set(scalars)}"
        steps = [step for step, _ in scalars["train/loss"]]
        assert steps == list(range(1, len(steps) + 1)), "a step is missing or stands twice"
        history = place / "history.json"
        subprocess.run([espalier, "checkpoint", "export", "whole", "--history", "--out", str(history)], cwd=place, check=True,
                       capture_output=True)
        recorded = next(s for s in json.loads(history.read_text())["metrics"] if s["series"] == "train.loss")
        for (_, shown), value in zip(scalars["train/loss"], recorded["values"], strict=True):
            assert abs(shown - value) <= 1e-6 * abs(value), (shown, value)
        rounds = [(v, len(r["survivors"])) for (_, v), r in zip(scalars["round/survivors"], whole["rounds"], strict=True)]
        assert all(a == b for a, b in rounds), rounds

        # Killed somewhere, resumed: every step stands once, with the same values.
        process = subprocess.Popen([espalier, "search", "--run", "cut", *SETTINGS, *logs], cwd=place,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        log = place / "logs/cut"
        end = time.time() + 60
        while time.time() < end and process.poll() is None:
            if log.exists() and sum(os.path.getsize(f) for f in log.iterdir()) > 9000:
                break
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        ran = subprocess.run([espalier, "resume", "cut", "--json", *logs], cwd=place, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr
        assert json.loads(ran.stdout)["digest"] == whole["digest"]
        cut = read(log)
        files = len(list(log.iterdir()))
        assert cut["train/loss"] == scalars["train/loss"], "the scalars of a resumed run differ"

        # The runs of a comparison, each in a folder of its own.
        ran = subprocess.run(
            [espalier, "compare", "--name", "pair", "--arms", "demo-progressive,uniform", "--seeds", "3", "--json", *SETTINGS,
             "--tensorboard", "logs"], cwd=place, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr
        for arm in ["demo-progressive", "uniform"]:
            series = read(place / f"logs/pair.{arm}.s3")
            assert TAGS - {"truth/tau_b"} <= set(series), f"{arm}: {set(series)}"
            steps_there = [step for step, _ in series["train/loss"]]
            assert steps_there == list(range(1, len(steps_there) + 1)), f"{arm}: a step is missing or stands twice"
        print(f"{len(steps)} steps, {len(scalars)} series read back; killed and resumed in {files} files: the same")


if __name__ == "__main__":
    main()
