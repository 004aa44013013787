"""The bench of both sides in the same minutes: `espalier bench --json` and Benchmarks/peer.py in turns, as one table.

    python compare_speed.py ESPALIER [--turns 3] [--seconds 20] [--threads 2] [--batch 256] [--json]

Each side runs `turns` times, one after the other; the figures are medians over the turns. With --json: the document of
`espalier bench` with `peer` and `ratio` filled in.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def document(command):
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def median(documents, name):
    found = [row["imagesPerSecond"] for each in documents for row in each["rows"] if row["name"] == name]
    return statistics.median(found) if found else None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("espalier")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--seconds", default="20")
    parser.add_argument("--threads", default="2")
    parser.add_argument("--batch", default="256")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    size = ["--threads", options.threads, "--batch", options.batch]
    own, peers = [], []
    for _ in range(options.turns):
        own.append(document([options.espalier, "bench", "--json", "--repeats", "3", *size]))
        peers.append(document(
            [sys.executable, str(ROOT / "Benchmarks" / "peer.py"), "--seconds", options.seconds, *size]))
    result = own[-1]
    for row in result["rows"]:
        row["imagesPerSecond"] = median(own, row["name"])
        row["peer"] = median(peers, row["name"])
        row["ratio"] = row["peer"] and row["imagesPerSecond"] / row["peer"]
    if options.json:
        return print(json.dumps(result, indent=1))
    print(f"{result['machine']}; peer: {peers[-1]['peer']}; batch {options.batch}, medians of {options.turns} turns")
    print(f"{'':12} {'espalier':>10} {'peer':>10} {'ratio':>7}   images/s")
    for row in result["rows"]:
        peer = f"{row['peer']:10.0f} {row['ratio']:7.2f}" if row["peer"] else f"{'-':>10} {'-':>7}"
        print(f"{row['name']:12} {row['imagesPerSecond']:10.0f} {peer}")
    trained = [row for row in result["rows"] if row["name"].startswith("train") and row["peer"]]
    if trained:
        mine, other = (statistics.harmonic_mean([row[key] for row in trained]) for key in ("imagesPerSecond", "peer"))
        print(f"{'train, mean':12} {mine:10.0f} {other:10.0f} {mine / other:7.2f}")
    peak = max(each["peakBytes"] for each in own) >> 20, max(each["peakBytes"] for each in peers) >> 20
    print(f"peak memory  {peak[0]:6} MiB {peak[1]:6} MiB")


if __name__ == "__main__":
    main()
