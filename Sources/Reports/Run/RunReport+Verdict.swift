import Rankings
import Foundation

extension RunReport {
    /// Found, how sure, at what cost, and what cannot be known.
    var verdict: [ReportDocument.Finding] { [found, sureness, price, unknown] }

    private var found: ReportDocument.Finding {
        guard let best = record.best else { return leading }
        var remarks: [Prose] = []
        if let row = record.lastScored[best] {
            remarks.append(
                """
                \(Numbers.grouped(row.params)) parameters, \(Numbers.scaled(row.macs)) multiply-adds an image. First of \
                \(record.survivors.count) in the final ranking, of \(childrenCount) at the start.
                """)
        }
        if let genotype = trace?.genotype { remarks.append("\(code: genotype)") }
        if let last = trace?.scorings.last, let sample = last.samples.first(where: { $0.child == best }) {
            remarks.append(
                """
                With the shared weights it gets \(Numbers.fixed(100 * sample.accuracy, 1)) % of \
                \(Numbers.grouped(sample.images)) \(last.role) images of \(imagesName) right; trained alone it would get \
                another share.
                """)
        }
        return .init("What was found", "Child \(strong: best)", remarks, tone: .plain)
    }

    private var leading: ReportDocument.Finding {
        var remarks: [Prose] = []
        if let round = record.rounds.last, let first = round.scores.min(by: { $0.rank < $1.rank }) {
            remarks.append(
                """
                Ahead in round \(round.round): \(strong: first.child), first of \(round.scores.count) scored. That is where \
                it stands, not a result.
                """)
        } else {
            remarks.append("No decision has been taken yet.")
        }
        if let trace {
            let made = "\(trace.round) of \(trace.rounds) decisions made, the final ranking counted"
            remarks.append("\(made); \(Numbers.grouped(trace.step)) steps trained.")
        }
        return .init("What was found", "Nothing yet: the search has not ended", remarks, tone: .open)
    }

    private var sureness: ReportDocument.Finding {
        guard let best = record.best else {
            return .init("How sure", "Not to be judged before the end", tone: .open)
        }
        let rivals = rivalWords(best)
        if let figures, let rank = figures.pickRank {
            var remarks: [Prose] = []
            if let likely = truth?.likelyBest {
                let names = likely.prefix(6).joined(separator: ", ") + (likely.count > 6 ? ", ..." : "")
                remarks.append(
                    likely.contains(best)
                        ? "It is one of the children that may truly be the best (\(names))."
                        : "It is none of the children that may truly be the best (\(names)).")
            }
            if let own = figures.summaries.first, let free = figures.summaries.dropFirst().max(by: before) {
                remarks.append(
                    """
                    The whole ranking agrees with the truth by tau-b \(Numbers.fixed(own.tauB, 2)); ordering children by \
                    \(free.name.replacing(" (free)", with: "")), which costs nothing, by \(Numbers.fixed(free.tauB, 2)).
                    """)
            }
            if let rivals { remarks.append(rivals.remark) }
            let answer: Prose =
                """
                Number \(strong: "\(rank)") of \(figures.truth.labels.count) by the truth, \
                \(Numbers.fixed(figures.pickRegret, 2)) points below the best
                """
            return .init("How sure", answer, remarks, tone: rank == 1 ? .good : .plain)
        }
        guard let rivals else { return .init("How sure", "Nothing was recorded to judge it by", tone: .open) }
        return .init("How sure", rivals.answer, [rivals.remark], tone: rivals.count == 0 ? .good : .open)
    }

    private func before(_ a: RankingSummary, _ b: RankingSummary) -> Bool { (a.tauB ?? -2) < (b.tauB ?? -2) }

    /// How many of the final ranking are nearer to the best than 1.96 sqrt(se^2 + se^2), the errors taken as independent.
    private func rivalWords(_ best: String) -> (count: Int, answer: Prose, remark: Prose)? {
        guard let last = ledger?.rounds.last, last.decider == .finalRanking,
            let own = last.entries.first(where: { $0.child == best }), last.entries.count > 1,
            own.standardError > 0
        else { return nil }
        let others = last.entries.filter { $0.child != best }
        let near = others.filter { entry in
            let error = (own.standardError * own.standardError + entry.standardError * entry.standardError).squareRoot()
            return own.score - entry.score < 1.96 * error
        }.count
        let all = others.count
        let answer: Prose =
            near == 0
            ? "Ahead of all \(all) others by more than the noise of its score"
            : near == all
                ? "Not told apart from \(all == 1 ? "the other one" : "any of the \(all) others") in the final ranking"
                : "Not told apart from \(strong: "\(near)") of the \(all) others in the final ranking"
        return (
            near, answer,
            """
            Supernet scores: \(near) of \(all) others lie within 1.96 standard errors of the difference (its own error is \
            \(Numbers.fixed(own.standardError, 4)); errors taken as independent).
            """
        )
    }

    private var price: ReportDocument.Finding {
        var remarks: [Prose] = [
            """
            \(Numbers.grouped(record.images)) image passes: training, scoring and calibration. Charged are 3 x the child's \
            multiply-adds a training image and 1 x a scored one; \(Numbers.scaled(record.executedMacs)) were executed.
            """
        ]
        if let seconds = record.wallSeconds, seconds > 0 {
            remarks.append(
                """
                \(Numbers.seconds(seconds)) of work, \(Numbers.fixed(record.imagesPerSecond, 0)) images a second; the store \
                takes \(Numbers.scaled(record.storeBytes))B.
                """)
        }
        return .init("At what cost", "\(strong: Numbers.scaled(record.macs)) multiply-adds charged", remarks)
    }

    private var unknown: ReportDocument.Finding {
        let seeds: Prose =
            """
            One run is one draw; \(code: "espalier compare") repeats searches over seeds and says how sure a difference is.
            """
        var remarks: [Prose]
        let answer: Prose
        if figures == nil {
            answer = "Whether this order is the true one, and how another seed would end"
            remarks = [
                """
                Scores come from weights that all children share. A truth table (\(code: "--truth")), or training the \
                survivors alone, would tell.
                """, seeds,
            ]
        } else {
            answer = "How another seed would end"
            remarks = [
                seeds, "The truth table belongs to the images it was made on; on others the order may be another.",
            ]
        }
        if let count = trace?.setting.children, let first = record.rounds.first, count > first.scores.count {
            remarks.append(
                """
                Most children were never scored: round \(first.round) looked at \(Numbers.grouped(first.scores.count)) of \
                \(Numbers.grouped(count)).
                """)
        }
        return .init("What cannot be known from it", answer, remarks)
    }

    /// Children at the start, as people write it.
    var childrenCount: String { Numbers.grouped(trace?.setting.children ?? record.children.count) }

    var imagesName: String { trace?.setting.images ?? "the data set" }
}

extension Numbers {
    /// 42 s, 3.5 min, 2.1 h, 1.5 days.
    package static func seconds(_ value: Double) -> String {
        switch value {
        case ..<90: "\(fixed(value, value < 10 ? 1 : 0)) s"
        case ..<5_400: "\(fixed(value / 60, 1)) min"
        case ..<129_600: "\(fixed(value / 3_600, 1)) h"
        default: "\(fixed(value / 86_400, 1)) days"
        }
    }
}
