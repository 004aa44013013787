"""Kills searches with every setting of the agent on real images, resumes them, and compares their digests.

    python3 Tests/Soak/settings.py .build/release/espalier --data DIR [--recipe cifar10-small] [--kills 3] [--only WORD]

Each row of ROWS is run whole once; then again with SIGKILL at random moments, whatever it is doing then, resumed after
each until it ends. DIR holds CIFAR-10; without it the same table runs on the built-in images.
"""
import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

EXAMPLES = os.path.join(os.path.dirname(__file__), "..", "..", "policies", "examples")
ROUND = "rounds=[{at: 0.5}, {at: 0.75, regroup: %s}]"
ROWS = [
    ("all, keep-fraction", []),
    ("groups by similarity", ["sharing={mode: groups, by: similarity, count: 4}", "rounds=[{at: 0.5}]"]),
    ("groups by chance", ["sharing={mode: groups, by: random, count: 4, partition: 42}", "rounds=[{at: 0.5}]"]),
    ("prefix of 1 cell", ["sharing={mode: prefix, cells: 1}", "rounds=[{at: 0.5}]"]),
    ("keyword", ["sharing={mode: keyword, share: [net.1.weight, net.2.weight, stem]}", "rounds=[{at: 0.5}]"]),
    ("none", ["sharing={mode: none}", "rounds=[{at: 0.5}]"]),
    ("adaptive", ["sharing={mode: adaptive, below: 16}", "rounds=[{at: 0.5}, {at: 0.75}]"]),
    ("independent groups", ["sharing={mode: groups, by: random, count: 2, independent: true}", "rounds=[{at: 0.5}]"]),
    ("regroup by chance", [ROUND % "{by: random, count: 4}"]),
    ("regroup weighted by depth", [ROUND % "{by: similarity, count: 4, weighted: depth}"]),
    ("regroup weighted by MACs", [ROUND % "{by: similarity, count: 4, weighted: macs, using: agglomeration}"]),
    ("regroup by correlation", [ROUND % "{by: correlation, count: 4}", "score.window=2"]),
    ("regroup by gradient", [ROUND % "{by: gradient, count: 4, batches: 1}"]),
    ("reset of momentum", [ROUND % "{by: similarity, count: 4, reset: momentum}"]),
    ("reset of weights", [ROUND % "{by: similarity, count: 4, reset: weights}"]),
    ("uniform", ["train.sampling=uniform"]),
    ("sequential", ["train.sampling=sequential"]),
    ("shuffled once", ["train.sampling=shuffled-once"]),
    ("fair", ["train.sampling=fair"]),
    ("sandwich", ["train.sampling=sandwich"]),
    ("by score", ["train.sampling={use: by-score, floor: 0.25}"]),
    ("accuracy", ["score.measure=accuracy"]),
    ("window and main effects", ["score.window=2", "score.smooth=main-effects"]),
    ("running statistics", ["score.bn=running"]),
    ("calibrated", ["score.bn=calibrated", "score.calibration-images=64"]),
    ("probe at rate 0", ["score.bn=running", "score.probe={batches: 2, lr: 0}"]),
    ("probe", ["score.probe={batches: 2, lr: 0.005}"]),
    ("residual and size prior", ["score.residual=log-params", "score.size-prior=1"]),
    ("gate", ["score.gate=0.3"]),
    ("constant rate", ["train.optimizer.schedule=constant"]),
    ("restarts and warm-up", ["train.optimizer.restart=round", "train.optimizer.warm-up=0.1"]),
    ("rounds by steps", ["rounds=[{steps: 150}, {steps: 220}]"]),
    ("rounds by epochs", ["rounds=[{epochs: 0.2}]"]),
    ("keep-all", ["policy=keep-all"]),
    ("successive-halving", ["policy=successive-halving"]),
    ("confident-cut", ["policy=confident-cut", "score.window=4", "rounds=[{at: 0.7}]"]),
    ("drop-operators by mean", ["policy={use: drop-operators, by: mean}"]),
    ("drop-operators by effect", ["policy={use: drop-operators, by: effect}"]),
    ("drop-operators by angle", ["policy={use: drop-operators, by: angle}"]),
    ("regret-guard", ["policy={use: regret-guard, wrap: keep-fraction, probation: 4}"]),
    ("oracle", ["policy={use: oracle, truth: TRUTH}"]),
    ("inverse-oracle", ["policy={use: inverse-oracle, truth: TRUTH}"]),
    ("params", ["policy=params"]),
    ("macs", ["policy=macs"]),
    ("random", ["policy=random"]),
    ("a program in Python", [f"policy={{program: [{os.path.abspath(EXAMPLES)}/keep_top_half.py]}}"]),
    ("a program in shell", [f"policy={{program: [{os.path.abspath(EXAMPLES)}/keep_top_half.sh]}}"]),
]


def truth(folder):
    """A table of made-up values, in an order of its own: for the oracles only that it is there matters."""
    path = os.path.join(folder, "truth.csv")
    draw = random.Random(0)
    with open(path, "w") as file:
        file.write("label,gt_mean\n")
        for a in "1234":
            for b in "1234":
                for c in "1234":
                    file.write(f"{a}{b}{c},{draw.uniform(70, 86):.3f}\n")
    return path


def last_digest(program, store, run):
    text = subprocess.run(
        [program, "show", run, "--checkpoints", store, "--json"], check=True, capture_output=True, text=True).stdout
    record = json.loads(text)
    return record["digest"], record["phase"], [len(r["survivors"]) for r in record["rounds"]]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--data")
    parser.add_argument("--recipe", default="cifar10-small")
    parser.add_argument("--images", type=int, default=24000)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    draw = random.Random(options.seed)
    program = os.path.abspath(options.program)
    folder = tempfile.mkdtemp(prefix="espalier-settings-")
    table = truth(folder)
    data = ["--data", options.data] if options.data else []
    common = [f"train.budget={{images: {options.images}}}", "data.hold-out={rank: 32, pick: 32}", "score.window=1",
              "score.smooth=none", "policy=keep-fraction", "rounds=[{at: 0.5}, {at: 0.75}]", "checkpoint.every-batches=20"]
    if not options.data:
        common.append("data.set=synthetic")
    print(f"seed {options.seed}, recipe {options.recipe}, {options.images} images, folder {folder}")
    failed, kills = [], 0
    for name, settings in ROWS:
        if options.only not in name:
            continue
        sets = [word for s in common + settings for word in ("--set", s.replace("TRUTH", table))]
        start = [program, "search", "--recipe", options.recipe, "--checkpoints", folder, *data, *sets]
        began = time.time()
        whole = subprocess.run([*start, "--run", "whole"], capture_output=True, text=True)
        seconds = time.time() - began
        if whole.returncode != 0:
            failed.append(name)
            print(f"{name}: exit {whole.returncode}: {whole.stderr.strip().splitlines()[-2:]}", flush=True)
        else:
            command, done = [*start, "--run", "killed"], 0
            for attempt in range(options.kills + 1):
                running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
                if attempt < options.kills:
                    try:
                        running.wait(timeout=draw.uniform(0.05, 1) * seconds / (options.kills + 1) * 2)
                    except subprocess.TimeoutExpired:
                        running.kill()
                        done += 1
                errors = running.communicate()[1]
                if os.path.isdir(os.path.join(folder, "killed")):
                    command = [program, "resume", "killed", "--checkpoints", folder, *data]
            a, b = last_digest(program, folder, "whole"), last_digest(program, folder, "killed")
            same = a == b and a[1] == "DONE"
            kills += done
            if not same:
                failed.append(name)
            print(f"{name}: {'same bytes' if same else f'DIFFERENT {a} {b} {errors}'}, {done} kills, {seconds:.1f} s, "
                  f"survivors {a[2]}", flush=True)
        for run in ("whole", "killed"):
            if name not in failed:
                shutil.rmtree(os.path.join(folder, run), ignore_errors=True)
            elif os.path.isdir(os.path.join(folder, run)):
                os.rename(os.path.join(folder, run), os.path.join(folder, f"{run}-{len(failed)}"))
    print(f"{len(ROWS)} settings, {kills} kills, {len(failed)} failed{': ' + ', '.join(failed) if failed else ''}")
    if not failed:
        shutil.rmtree(folder)
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
