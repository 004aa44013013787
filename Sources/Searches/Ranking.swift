import Architectures
import Foundations
import Rankings

/// The scored children of a round, best first, by the mean over the round's scorings as the recipe's model has it.
struct Ranking {
    struct Entry {
        let child: Child
        let label: String
        let group: Int
        /// The mean over the scorings, larger is better: accuracy, or minus the loss.
        let mean: Double
        /// What the child is ranked by: the mean, or what the recipe's model makes of it.
        let score: Double
        /// Of `score`; see ``Ranking``.
        let standardError: Double
        /// One value a scoring, oldest first, larger is better.
        let snapshots: [Double]
        let steps: [Int]
        let losses: [Double]
        let accuracies: [Double]
        let images: Int
        /// 1 is best; children of equal score share the smaller rank.
        var rank = 0
    }

    /// Who is ranked, and what the model knows of it.
    struct Subject {
        let child: Child
        let label: String
        let group: Int
        let params: Int
    }

    let entries: [Entry]
    let measure: Recipe.Measure
    /// The additive fit of the mean scores; always made, used for ranking where the recipe smooths.
    let effects: MainEffects
    /// Kendall tau-b between the ranking by the newest scoring alone and by the one before.
    let agreement: Double?

    /// - Parameters:
    ///   - before: the last scoring of the round before, by label; for the agreement where this round has one scoring.
    ///   - counts: choices of each slot.
    ///   - tie: orders children of equal score, smaller first; never by label.
    /// - Throws: `RankingsError` for scores that are not finite.
    init(
        _ snapshots: [Snapshot], before: [String: Double] = [:], scoring: Recipe.Scoring, subjects: [Subject],
        counts: [Int], tie: (Child) -> UInt64
    ) throws {
        measure = scoring.measure
        var byLabel: [String: [(step: Int, score: Snapshot.ChildScore)]] = [:]
        for snapshot in snapshots {
            for score in snapshot.scores { byLabel[score.child, default: []].append((snapshot.step, score)) }
        }
        let seen = subjects.map { byLabel[$0.label] ?? [] }
        require(seen.allSatisfy { !$0.isEmpty }, "a ranked child has no score")
        let values = seen.map { $0.map { Ranking.value(of: $0.score, scoring.measure) } }
        let means = values.map { $0.reduce(0, +) / Double($0.count) }
        let model = RankingFit(
            scoring.model, choices: subjects.map { $0.child.choices.map(Int.init) }, counts: counts,
            params: subjects.map(\.params))
        let fitted = try model.scores(means)
        effects = fitted.effects
        let errors = Ranking.standardErrors(seen.map { $0.last!.score }, values, scoring.measure)
        let newest = try model.scores(values.map { $0.last! }).values
        let earlier = values.indices.map { place in
            values[place].count > 1 ? values[place][values[place].count - 2] : before[subjects[place].label]
        }
        agreement = try Rankings.agreement(try model.known(earlier), newest)
        var entries = subjects.indices.map { place -> Entry in
            let (subject, scores) = (subjects[place], seen[place])
            return Entry(
                child: subject.child, label: subject.label, group: subject.group, mean: means[place],
                score: fitted.values[place],
                standardError: fitted.standardErrors[place] ?? errors[place] * fitted.scale,
                snapshots: values[place], steps: scores.map(\.step), losses: scores.map(\.score.loss),
                accuracies: scores.map { Double($0.score.correct) / Double($0.score.images) },
                images: scores.last!.score.images)
        }
        let draws = Dictionary(uniqueKeysWithValues: subjects.map { ($0.child, tie($0.child)) })
        entries.sort { ($0.score, draws[$1.child]!, $1.child) > ($1.score, draws[$0.child]!, $0.child) }
        for index in entries.indices {
            let tied = index > 0 && entries[index].score == entries[index - 1].score
            entries[index].rank = tied ? entries[index - 1].rank : index + 1
        }
        self.entries = entries
    }

    static func value(of score: Snapshot.ChildScore, _ measure: Recipe.Measure) -> Double {
        switch measure {
        case .accuracy: Double(score.correct) / Double(score.images)
        case .loss: -score.loss
        }
    }

    /// sqrt(sd^2 / n + s^2 / w) of each child's mean over w scorings: sd over the n images of the last one, s^2 the
    /// variance between scorings of what is left of a score after the mean of all children, pooled over them; 0 for one
    /// scoring.
    private static func standardErrors(
        _ last: [Snapshot.ChildScore], _ values: [[Double]], _ measure: Recipe.Measure
    ) -> [Double] {
        let scorings = values.map(\.count).min() ?? 0
        var pooled = 0.0
        if scorings > 1, values.count > 1 {
            let recent = values.map { Array($0.suffix(scorings)) }
            let level = (0..<scorings).map { k in recent.reduce(0) { $0 + $1[k] } / Double(recent.count) }
            for child in recent {
                let left = zip(child, level).map { $0 - $1 }
                let mean = left.reduce(0, +) / Double(scorings)
                pooled += left.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            }
            pooled /= Double((scorings - 1) * (recent.count - 1))
        }
        return zip(last, values).map { score, values in
            let accuracy = Double(score.correct) / Double(score.images)
            let variance =
                measure == .loss ? score.lossDeviation * score.lossDeviation : accuracy * (1 - accuracy)
            return (variance / Double(score.images) + pooled / Double(values.count)).squareRoot()
        }
    }
}
