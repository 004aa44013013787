"""The instructions of one training step: those of a run with one step more, less those of the shorter run.

    python3 instructions.py instructions|record SHORTER LONGER RECORDED
"""
import collections
import pathlib
import subprocess
import sys

TOLERANCE, SHOWN = 0.03, 15


def own_costs(path):
    """Instructions by function, without those of the functions it calls."""
    costs, function, is_call, names = collections.Counter(), "?", False, {}
    for line in pathlib.Path(path).read_text(errors="replace").splitlines():
        if line.startswith(("fn=", "cfn=")):
            # "(number) name" the first time, "(number)" from then on.
            kind, _, text = line.partition("=")
            number, _, name = text.partition(" ")
            name = names.setdefault(number, name or number)
            function = name if kind == "fn" else function
        elif line.startswith("calls="):
            is_call = True
        elif line and (line[0].isdigit() or line[0] in "+-*"):
            fields = line.split()
            if not is_call and len(fields) > 1:
                costs[function] += int(fields[1])
            is_call = False
    return costs


def readable(names):
    try:
        done = subprocess.run(
            ["swift", "demangle", "--simplified", "--compact"], input="\n".join(names), capture_output=True, text=True)
        return done.stdout.splitlines() if done.returncode == 0 else names
    except OSError:
        return names


def main():
    what, shorter, longer, recorded = sys.argv[1:]
    step = own_costs(longer)
    step.subtract(own_costs(shorter))
    total = sum(step.values())
    top = step.most_common(SHOWN)
    lines = [f"{total:>14,}  one step of child 222: batch 16, v3, one thread"]
    lines += [f"{cost:>14,}  {name}" for (_, cost), name in zip(top, readable([name for name, _ in top]))]
    print("\n".join(lines))
    path = pathlib.Path(recorded)
    if what == "record":
        path.write_text("\n".join(lines) + "\n")
        print(f"recorded in {path.name}")
        return
    before = int(path.read_text().split(None, 1)[0].replace(",", ""))
    change = total / before - 1
    print(f"recorded were {before:,}: {100 * change:+.2f} %")
    if change > TOLERANCE:
        sys.exit(f"a step takes {100 * change:.1f} % more instructions than recorded; find out why, or record the new "
                 "count with 'make instructions'")
    if change < -TOLERANCE:
        print("fewer than recorded: 'make instructions' records the new count")


if __name__ == "__main__":
    main()
