import Foundation
import Reports

/// A run in a few lines for a terminal.
enum RunText {
    static func summary(_ record: RunRecord) -> String {
        var lines = ["run \(record.run): \(record.phase)\(record.best.map { ", best child \($0)" } ?? "")"]
        var table = Table([
            .numbers("round"), .words("policy"), .numbers("images"), .numbers("survivors"), .words("best"),
            .numbers("score"),
        ])
        for round in record.rounds {
            let best = round.scores.min { $0.rank < $1.rank }
            table.add([
                "\(round.round)", round.policy, "\(round.images)", "\(round.survivors.count)", best?.child ?? "",
                best?.score.map { String(format: "%.4f", $0) } ?? "",
            ])
        }
        if !record.rounds.isEmpty { lines.append(table.plain) }
        lines.append("digest \(record.digest ?? "none")")
        return lines.joined(separator: "\n")
    }

    /// One decided round: every child's score, rank, group and fate.
    static func round(_ round: RunRecord.Round) -> String {
        let reasons = Dictionary(round.dropped.map { ($0.child, $0.reason) }, uniquingKeysWith: { a, _ in a })
        var table = Table([
            .numbers("rank"), .words("child"), .numbers("score"), .numbers("group"), .numbers("params"),
            .numbers("MACs"), .words("decision"),
        ])
        for row in round.scores {
            table.add([
                "\(row.rank)", row.child, row.score.map { String(format: "%.5f", $0) } ?? "none", "\(row.group)",
                "\(row.params)", "\(row.macs)", reasons[row.child].map { "dropped: \($0)" } ?? "kept",
            ])
        }
        return "round \(round.round), policy \(round.policy), \(round.images) image passes\n" + table.plain
    }
}
