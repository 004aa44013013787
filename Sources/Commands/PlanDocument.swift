import Foundation
import Foundations
import Rankings
import Reports
import Searches

/// What `compare --plan` tells, as JSON and for a terminal.
struct PlanDocument: Encodable {
    struct Arm: Encodable {
        let name: String
        let purpose: String?
        let paperOf: String?
        let recipe: String
        let macs: Double
        let scoringShare: Double
        let survivors: [Int]
        let runs: Int
        let done: Int
        let seconds: Double
        let bytes: Double
    }

    struct Impossible: Encodable {
        let name: String
        let why: String
    }

    var schema = "espalier.plan/1"
    let name: String
    let stage: String
    let seeds: [UInt64]
    let trunk: Double?
    let arms: [Arm]
    let impossible: [Impossible]
    /// What a test is going to rest on: pairs, and contrasts with the first arm; of earlier calls too.
    let pairs: Int
    let contrasts: Int
    let attainableP: Double
    /// In standard deviations of the pairs' differences; nil below 6 pairs.
    let detectableEffect: Double?
    /// Of it the trunks' that are not there yet; an arm's own are without.
    let trunkSeconds: Double
    let trunkBytes: Double
    let retrainingSeconds: Double
    let retrainingBytes: Double
    let seconds: Double
    let bytes: Double
    let macsPerSecond: Double
    let probeSeconds: Double
    let threads: Int
    let notes: [String]

    init(_ comparison: Comparison, _ forecast: ComparisonForecast, _ set: ArmOptions.Arms, threads: Int) throws {
        name = comparison.name
        stage = comparison.stage.rawValue
        seeds = comparison.seeds
        trunk = comparison.trunk
        arms = try zip(comparison.arms, forecast.arms).map { arm, cost in
            Arm(
                name: arm.name, purpose: arm.purpose, paperOf: arm.paperOf, recipe: try comparison.digest(of: arm),
                macs: cost.macs, scoringShare: cost.scoringShare, survivors: cost.survivors, runs: cost.runs,
                done: cost.done, seconds: cost.seconds, bytes: cost.bytes)
        }
        impossible = set.impossible.map { Impossible(name: $0.control.name, why: $0.why) }
        pairs = forecast.pairs
        contrasts = forecast.contrasts
        attainableP = SignFlip.smallestP(count: forecast.pairs)
        detectableEffect = Rankings.detectableEffect(pairs: forecast.pairs)
        (trunkSeconds, trunkBytes) = (forecast.trunkSeconds, forecast.trunkBytes)
        (retrainingSeconds, retrainingBytes) = (forecast.retrainingSeconds, forecast.retrainingBytes)
        seconds = forecast.seconds
        bytes = forecast.bytes
        macsPerSecond = forecast.probe.macsPerSecond
        probeSeconds = forecast.probe.seconds
        self.threads = threads
        let dear = arms.filter { $0.paperOf == nil && $0.scoringShare > Self.scoringCap }
        let list = dear.map { "\($0.name) (\(Numbers.fixed(100 * $0.scoringShare, 0)) %)" }.joined(separator: ", ")
        notes =
            set.notes
            + (dear.isEmpty
                ? []
                : [
                    "scoring takes more than 15 % of the budget of \(list): smaller data.hold-out, score.window or "
                        + "fewer rounds leave more for training"
                ])
    }

    /// Beyond it a budget is better spent on training.
    private static let scoringCap = 0.15

    var text: String {
        var table = Table([
            .words("arm"), .numbers("GMACs"), .numbers("scoring"), .words("children"), .numbers("runs"),
            .numbers("time"), .words("the first arm beside it shows"),
        ])
        for arm in arms {
            let runs =
                arm.paperOf.map { "of \($0)" } ?? (arm.done > 0 ? "\(arm.runs), \(arm.done) done" : "\(arm.runs)")
            table.add([
                arm.name, Numbers.fixed(arm.macs / 1e9, 1), "\(Numbers.fixed(100 * arm.scoringShare, 0)) %",
                arm.survivors.isEmpty ? "" : "> " + arm.survivors.map(String.init).joined(separator: " > "), runs,
                arm.paperOf == nil ? PlanDocument.time(arm.seconds) : "", arm.purpose ?? "",
            ])
        }
        var lines = ["comparison \(name): \(size), \(stage) seeds", "", table.plain]
        if !impossible.isEmpty { lines.append("") }
        lines += impossible.map { "no \($0.name): \($0.why)" }
        lines.append("")
        lines += notes
        if let trunk {
            lines.append(
                "trunk: the arms of a seed go on from one run of \(trunk) of the budget; the trunks left to run take about "
                    + "\(Self.time(trunkSeconds)), and times of arms are without")
        }
        if retrainingSeconds > 0 {
            lines.append(
                "picks trained anew: about \(Self.time(retrainingSeconds)), less where runs of a seed pick the same child"
            )
        }
        lines.append(power)
        if let adjustment { lines.append(adjustment) }
        lines += [
            "time: about \(Self.time(seconds)), by \(Numbers.fixed(probeSeconds, 1)) s of \(arms[0].name) at "
                + "\(Numbers.fixed(macsPerSecond / 1e9, 1)) G charged multiply-adds a second with \(threads) "
                + "thread\(threads == 1 ? "" : "s"); scorings are usually faster",
            "disk: about \(Numbers.fixed(bytes / 1e6, 0)) MB", standing,
        ]
        return lines.map { $0.hasSuffix("\n") ? $0 : $0 + "\n" }.joined()
    }

    private var standing: String {
        let (runs, done) = (arms.reduce(0) { $0 + $1.runs }, arms.reduce(0) { $0 + $1.done })
        guard done > 0 else { return "nothing has been run yet" }
        return "\(done) of \(runs) runs are done; time and disk are those of the rest"
    }

    private var size: String {
        let all = pairs == seeds.count ? "" : " (\(pairs) with those of earlier calls)"
        return "\(arms.count) arms, \(seeds.count) pair\(seeds.count == 1 ? "" : "s") of runs each\(all)"
    }

    private var adjustment: String? {
        guard contrasts > 1 else { return nil }
        let further = contrasts == 2 ? "the further contrast" : "the \(contrasts - 1) further contrasts"
        return "p of \(further) and of further measures is adjusted by Holm, that of the first contrast is not"
    }

    private var power: String {
        let count = pairs
        let least =
            "the smallest p that \(count) pair\(count == 1 ? "" : "s") can have is \(Numbers.fixed(attainableP, 5))"
        guard let detectableEffect else {
            return "\(least): no test at 5 % can fire; \(Conclusion.pairsForATest) pairs are the fewest for a test, "
                + "\(Conclusion.pairsForAVerdict) for a verdict"
        }
        var text = "\(least); found with a chance of 80 % is a mean difference of "
        text += "\(Numbers.fixed(detectableEffect, 2)) standard deviations of the pairs' differences"
        if count < Conclusion.pairsForAVerdict { text += "; a verdict takes \(Conclusion.pairsForAVerdict) pairs" }
        return text
    }

    static func time(_ seconds: Double) -> String {
        seconds < 90
            ? "\(Int(seconds.rounded(.up))) s"
            : seconds < 5400 ? "\(Int((seconds / 60).rounded())) min" : "\(Numbers.fixed(seconds / 3600, 1)) h"
    }
}
