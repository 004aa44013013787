"""The rows of `make bench`, with what must be reached and what would be a moonshot."""


class Row:
    def __init__(self, name, own=None, eager=None, compiled=None, ratio=None, targets=(), below=False):
        self.name, self.own, self.eager, self.compiled = name, own, eager, compiled
        self.ratio = ratio if ratio is not None else own / eager if own and eager else None
        self.compiled_ratio = own / compiled if own and compiled else None
        # (value, must, moonshot); where `below`, less is better
        self.targets = [(value, must, moonshot) for value, must, moonshot in targets if value is not None]
        self.below = below

    def met(self):
        """One word a target."""
        def reached(value, goal):
            return value <= goal if self.below else value >= goal
        return ["moonshot" if reached(value, moonshot) else "must" if reached(value, must) else "NO"
                for value, must, moonshot in self.targets]

    def cells(self):
        def number(value, digits=0):
            return "" if value is None else f"{value:.{digits}f}"
        return [self.name, number(self.own), number(self.eager), number(self.ratio, 2), number(self.compiled),
                number(self.compiled_ratio, 2), ", ".join(f"{must:g}" for _, must, _ in self.targets),
                ", ".join(f"{moonshot:g}" for _, _, moonshot in self.targets), ", ".join(self.met())]


class Table:
    HEAD = ["", "espalier", "eager", "ratio", "compiled", "ratio", "must", "moonshot", "met"]

    def __init__(self):
        self.rows = []

    def speed(self, name, own, eager, compiled=None, eager_target=None, compiled_target=None):
        """Images a second; left out where the section did not run."""
        if own is None:
            return
        row = Row(name, own, eager, compiled)
        row.targets = [(value, *target) for value, target in ((row.ratio, eager_target),
                                                              (row.compiled_ratio, compiled_target))
                       if target and value is not None]
        self.rows.append(row)

    def ratio(self, name, own, base, target):
        """Espalier against itself."""
        if own and base:
            self.rows.append(Row(name, own, None, ratio=own / base, targets=[(own / base, *target)]))

    def memory(self, own):
        if own:
            self.rows.append(Row("peak memory, MB", own / 1e6, targets=[(own / 1e6, 800, 600)], below=True))

    def scaled(self, images, names):
        for row in self.rows:
            if row.name in names and row.eager:
                yield (f"{row.name}: {images:,} scored images take {images / row.own:,.0f} s, "
                       f"eager {images / row.eager:,.0f} s")

    def text(self):
        lines = [self.HEAD] + [row.cells() for row in self.rows]
        widths = [max(len(line[k]) for line in lines) for k in range(len(self.HEAD))]
        def pad(line):
            cells = [line[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(line[1:], widths[1:])]
            return "  ".join(cells).rstrip()
        return "\n".join(map(pad, lines))

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
                       "compiled": row.compiled, "compiledRatio": row.compiled_ratio,
                       "targets": [{"value": value, "must": must, "moonshot": moonshot, "met": met}
                                   for (value, must, moonshot), met in zip(row.targets, row.met())]}
                      for row in self.rows],
            "peakBytes": memory or max(each["peakBytes"] for each in own.documents), "notes": notes}
