"""The bench of both sides in the same minutes: `espalier bench --json`, then Benchmarks/peer.py, as one table.

    python compare_speed.py ESPALIER [--seconds 60]
"""
import argparse
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("espalier")
    parser.add_argument("--seconds", default="60")
    options = parser.parse_args()
    bench = subprocess.run([options.espalier, "bench", "--json"], capture_output=True, text=True)
    if bench.returncode:
        sys.exit(f"espalier bench --json ended with {bench.returncode}:\n{bench.stderr}{bench.stdout}")
    own = json.loads(bench.stdout)
    peer = json.loads(subprocess.run(
        [sys.executable, str(ROOT / "Benchmarks" / "peer.py"), "--seconds", options.seconds],
        check=True, stdout=subprocess.PIPE).stdout)
    theirs = {row["name"]: row["imagesPerSecond"] for row in peer["rows"]}
    print(f"{'':12} {'espalier':>10} {'peer':>10} {'ratio':>7}   images/s; peer: {peer['peer']}")
    for row in own["rows"]:
        if row["name"] in theirs:
            mine, other = row["imagesPerSecond"], theirs[row["name"]]
            print(f"{row['name']:12} {mine:10.0f} {other:10.0f} {mine / other:7.2f}")


if __name__ == "__main__":
    main()
