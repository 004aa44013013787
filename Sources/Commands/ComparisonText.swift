import Foundation
import Rankings
import Reports

/// A comparison for a terminal: what it shows first, then what that rests on.
struct ComparisonText {
    let record: ComparisonRecord
    let reader: ComparisonReader

    init(_ record: ComparisonRecord, reader: ComparisonReader) {
        self.record = record
        self.reader = reader
    }

    var text: String {
        var parts = [record.verdictWords + "\n" + record.verdictNotes.map { "  " + $0 + "\n" }.joined()]
        if let table = record.contrasts(heading: { $0.lowercased() }) {
            parts.append("each contrast; p of the further ones by Holm, intervals are not adjusted\n" + table.plain)
        }
        if let table = record.secondary(heading: { $0.lowercased() }) {
            let why = record.untested.map { $0 + "\n" } ?? ""
            parts.append(
                "beside it, p by Holm over these; intervals are not adjusted, and hold no error of the truth\n" + why
                    + table.plain)
        }
        parts.append(arms.plain)
        if let losses = record.losses(heading: { $0.lowercased() }) {
            parts.append("of the \(record.lossesAreOf), lost in each decision (by a random cut)\n" + losses.plain)
        }
        for part in [record.stabilities { $0.lowercased() }, record.kept { $0.lowercased() }].compactMap(\.self) {
            parts.append(part.words + "\n" + part.table.plain)
        }
        parts.append("picks" + (reader.judging == nil ? "" : " (true rank)") + "\n" + picks.plain)
        if !record.free.isEmpty { parts.append("free rankings on the same children\n" + baselines.plain) }
        if !record.stamps.isEmpty { parts.append(record.stamps.map { "note: \($0)\n" }.joined()) }
        return parts.joined(separator: "\n")
    }

    private var arms: Table {
        var columns: [Table.Column] = [
            .words("arm"), .numbers("runs"), .numbers("images"), .numbers("GMACs"), .numbers("seconds"),
        ]
        if reader.judging != nil {
            columns += [
                .numbers("regret, points"), .numbers("hit"), .numbers("true rank"), .numbers("tau-a"),
                .numbers("GT-Tau"),
            ]
            if reader.hasSubset { columns.append(.numbers("GT-Tau inside")) }
        }
        if record.hasRetrained { columns.append(.numbers("trained anew, %")) }
        var table = Table(columns)
        for arm in record.arms {
            let done = arm.finished
            func mean(_ digits: Int, _ value: (ComparisonRecord.Outcome) -> Double?) -> String {
                let moments = Moments(done.map(value))
                return Numbers.spread(moments?.mean, moments?.std, count: done.count, digits)
            }
            let seconds = reader.seconds[arm.name].flatMap { Moments($0.map { $0 })?.mean }
            var cells = [
                arm.name, "\(done.count)",
                Moments(done.map { Double($0.images) }).map { Numbers.grouped(Int($0.mean)) } ?? "-",
                Moments(done.map { Double($0.macs) }).map { Numbers.fixed($0.mean / 1e9, 1) } ?? "-",
                Numbers.fixed(seconds, 0),
            ]
            if reader.judging != nil {
                cells += [
                    mean(2, \.regret), arm.hits, mean(1, \.truthRank), mean(3, \.tauA), mean(3, \.gtTau),
                ]
                if reader.hasSubset { cells.append(mean(3, \.tauInside)) }
            }
            if record.hasRetrained { cells.append(mean(2) { $0.retrained.map { 100 * $0 } }) }
            table.add(cells)
        }
        return table
    }

    private var picks: Table {
        var table = Table([.numbers("seed")] + record.arms.map { .words($0.name) })
        for seed in Set(record.arms.flatMap { $0.seeds.map(\.seed) }).sorted() {
            table.add(
                ["\(seed)"]
                    + record.arms.map { arm in
                        guard let outcome = arm.seeds.first(where: { $0.seed == seed }), let best = outcome.best else {
                            return "-"
                        }
                        return best + (outcome.truthRank.map { " (\(Int($0)))" } ?? "")
                    })
        }
        return table
    }

    private var baselines: Table {
        var columns: [Table.Column] = [.words("ranking"), .numbers("tau-b"), .numbers("tau-a")]
        if reader.hasSubset { columns.append(.numbers("tau-b inside")) }
        columns += [.numbers("T1R"), .numbers("regret, points")]
        var table = Table(columns)
        for row in record.free {
            var cells = [row.name, Numbers.fixed(row.tauB, 3), Numbers.fixed(row.tauA, 3)]
            if reader.hasSubset { cells.append(Numbers.fixed(row.tauInside, 3)) }
            table.add(cells + [Numbers.fixed(row.top1, 2), Numbers.fixed(row.regret, 2)])
        }
        return table
    }
}
