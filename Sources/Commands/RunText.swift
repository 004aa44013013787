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
}
