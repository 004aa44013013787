"""Who else keeps the processors busy while `make bench` measures."""
import os
import time

SETTLE, PAUSE = 0.1, 0.3  # seconds between sides: for threads to fall asleep, and to look at what still runs
BUSY = 0.1  # processors


def busy_seconds():
    """Seconds that all processors together have worked since the start of the machine; None where nobody tells."""
    try:
        with open("/proc/stat") as file:
            user, nice, system, _, _, irq, softirq, steal, *_ = map(int, file.readline().split()[1:])
    except (OSError, ValueError):
        return None
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


class Company:
    """Between two sides neither works, so whatever runs then is somebody else."""

    def __init__(self):
        self.turns = {}  # turn: processors busy, one figure a pause

    def pause(self, turn):
        time.sleep(SETTLE)
        before, began = busy_seconds(), time.perf_counter()
        time.sleep(PAUSE)
        after = busy_seconds()
        if before is not None and after is not None:
            self.turns.setdefault(turn, []).append((after - before) / (time.perf_counter() - began))

    def notes(self):
        if not self.turns:
            return ["company: unknown, this system has no /proc/stat"]
        means = {turn: sum(found) / len(found) for turn, found in self.turns.items()}
        busy = [f"turn {turn + 1} ({mean:.1f} of {os.cpu_count()} processors)" for turn, mean in means.items() if mean > BUSY]
        if not busy:
            return [f"company: none; between the sides at most {max(means.values()):.2f} processors worked in the mean of a turn"]
        return [f"BUSY: others worked during {', '.join(busy)}. PyTorch's threads wait for each other by spinning and lose far "
                "more to company than ours, so these ratios flatter espalier: measure again alone"]
