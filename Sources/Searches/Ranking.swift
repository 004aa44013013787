import Architectures
import Foundations

/// The living children of a round, best first, by the mean over the round's scorings.
struct Ranking {
    struct Entry {
        let child: Child
        let label: String
        let group: Int
        /// Larger is better: the mean accuracy, or minus the mean loss.
        let score: Double
        /// Of the last scoring, from the spread over its images: sd / sqrt(n).
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

    let entries: [Entry]
    let measure: Recipe.Measure

    /// - Parameter tie: orders children of equal score, smaller first; never by label.
    init(
        _ snapshots: [Snapshot], measure: Recipe.Measure, children: [(child: Child, label: String, group: Int)],
        tie: (Child) -> UInt64
    ) {
        self.measure = measure
        var byLabel: [String: [(step: Int, score: Snapshot.ChildScore)]] = [:]
        for snapshot in snapshots {
            for score in snapshot.scores { byLabel[score.child, default: []].append((snapshot.step, score)) }
        }
        var entries = children.map { child, label, group -> Entry in
            let seen = byLabel[label] ?? []
            require(!seen.isEmpty, "child \(label) has no score")
            let values = seen.map { Ranking.value(of: $0.score, measure) }
            let last = seen.last!.score
            let n = Double(last.images)
            let accuracy = Double(last.correct) / n
            let deviation = measure == .loss ? last.lossDeviation : (accuracy * (1 - accuracy)).squareRoot()
            return Entry(
                child: child, label: label, group: group, score: values.reduce(0, +) / Double(values.count),
                standardError: deviation / n.squareRoot(), snapshots: values, steps: seen.map(\.step),
                losses: seen.map(\.score.loss), accuracies: seen.map { Double($0.score.correct) / n },
                images: last.images)
        }
        let draws = Dictionary(uniqueKeysWithValues: children.map { ($0.child, tie($0.child)) })
        entries.sort { ($0.score, draws[$1.child]!, $1.child) > ($1.score, draws[$0.child]!, $0.child) }
        for index in entries.indices {
            let tied = index > 0 && entries[index].score == entries[index - 1].score
            entries[index].rank = tied ? entries[index - 1].rank : index + 1
        }
        self.entries = entries
    }

    private static func value(of score: Snapshot.ChildScore, _ measure: Recipe.Measure) -> Double {
        switch measure {
        case .accuracy: Double(score.correct) / Double(score.images)
        case .loss: -score.loss
        }
    }
}
