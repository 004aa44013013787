"""The rows of `make bench`, with what must be reached and what would be a moonshot."""


class Row:
    def __init__(self, name, own=None, eager=None, compiled=None, ratio=None, targets=(), below=False,
                 shares=(), why=None):
        self.name, self.own, self.eager, self.compiled = name, own, eager, compiled
        self.ratio = ratio if ratio is not None else own / eager if own and eager else None
        self.compiled_ratio = own / compiled if own and compiled else None
        # (value, must, moonshot); where `below`, less is better
        self.targets = [(value, must, moonshot) for value, must, moonshot in targets if value is not None]
        self.below = below
        self.shares = list(shares) or [None, None]
        self.why = why  # there is no figure

    def met(self):
        """One word a target."""
        def reached(value, goal):
            return value <= goal if self.below else value >= goal
        return ["moonshot" if reached(value, moonshot) else "must" if reached(value, must) else "NO"
                for value, must, moonshot in self.targets]

    def cells(self):
        def number(value, digits=0):
            return "" if value is None else f"{value:.{digits}f}"
        if self.why:
            return [self.name, *[""] * 10, "not measured: " + self.why]
        return [self.name, number(self.own), *map(percent, self.shares), number(self.eager), number(self.ratio, 2),
                number(self.compiled), number(self.compiled_ratio, 2), ", ".join(f"{must:g}" for _, must, _ in self.targets),
                ", ".join(f"{moonshot:g}" for _, _, moonshot in self.targets), ", ".join(self.met()), ""]


def percent(share):
    return f"{100 * share:.0f} %" if share else ""


def lines(rows):
    """Columns, the first one of words; the last one stands after them as it is."""
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]) - 1)]
    def pad(row):
        cells = [row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:])]
        # A reason stands where the figures would.
        return f"{cells[0]}  {row[-1]}" if row[-1] else "  ".join(cells).rstrip()
    return "\n".join(map(pad, rows))


class Table:
    HEAD = ["", "espalier", "of FLOP", "of GB/s", "eager", "ratio", "compiled", "ratio", "must", "moonshot", "met", ""]
    OPERATORS = ["", *["forward", "GFLOP/s", "of FLOP", "of GB/s"], *["backward", "GFLOP/s", "of FLOP", "of GB/s"], ""]

    def __init__(self):
        self.rows, self.operators = [], []

    def speed(self, name, own, eager, compiled=None, eager_target=None, compiled_target=None, shares=(), why=None):
        """Images a second; where ours are missing, why."""
        row = Row(name, own, eager, compiled, shares=shares, why=why if own is None else None)
        row.targets = [(value, *target) for value, target in ((row.ratio, eager_target),
                                                              (row.compiled_ratio, compiled_target))
                       if target and value is not None]
        self.rows.append(row)

    def ratio(self, name, own, base, target, why):
        """Espalier against itself."""
        if own and base:
            self.rows.append(Row(name, own, None, ratio=own / base, targets=[(own / base, *target)]))
        else:
            self.rows.append(Row(name, why=why))

    def operator(self, name, why, *figures):
        """Of each way images a second, GFLOP/s and the two shares."""
        if None in figures[::4]:
            self.operators.append([name, *[""] * 8, "not measured: " + why])
            return
        rate = lambda value: f"{value:.0f}" if value else ""
        self.operators.append([name, *(show(value) for show, value in zip([rate, rate, percent, percent] * 2, figures)), ""])

    def memory(self, own, why):
        if not own:
            self.rows.append(Row("peak memory, MB", why=why or "no search ran"))
        else:
            self.rows.append(Row("peak memory, MB", own / 1e6, targets=[(own / 1e6, 800, 600)], below=True))

    def scaled(self, images, names):
        for row in self.rows:
            if row.name in names and row.own and row.eager:
                yield (f"{row.name}: {images:,} scored images take {images / row.own:,.0f} s, "
                       f"eager {images / row.eager:,.0f} s")

    def text(self):
        return lines([self.HEAD] + [row.cells() for row in self.rows])

    def operators_text(self):
        return lines([self.OPERATORS] + self.operators)

    def document(self, last, own, memory, notes):
        """`espalier.bench/1` with `peer` and `ratio` filled in, and the targets beside the rows."""
        peers = {row.name: row for row in self.rows}
        rows = []
        for name, measured in own.rates.items():
            row = {key: own.rate(name, key) for key in ("imagesPerSecond", "gflops", "share", "bandwidthShare")}
            found = peers.get(name)
            rows.append({"name": name, **row, "peer": found and found.eager, "ratio": found and found.ratio})
        return {
            "schema": "espalier.bench/1", "machine": last["machine"], "peaks": last["peaks"], "rows": rows,
            "table": [{"name": row.name, "espalier": row.own, "eager": row.eager, "ratio": row.ratio,
                       "compiled": row.compiled, "compiledRatio": row.compiled_ratio, "why": row.why,
                       "targets": [{"value": value, "must": must, "moonshot": moonshot, "met": met}
                                   for (value, must, moonshot), met in zip(row.targets, row.met())]}
                      for row in self.rows],
            "peakBytes": memory or max(each["peakBytes"] for each in own.documents), "notes": notes}
