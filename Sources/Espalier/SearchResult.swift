import Reports

/// What is recorded of a run: where it stands, what it has spent, and every decision.
public struct SearchResult: Sendable, Hashable {
    /// The run's name.
    public let run: String
    /// Where it stands: `TRAIN`, `EVAL`, `AWAIT_DECISION` or `DONE`.
    public let phase: String
    /// The child chosen; nil before the end.
    public let best: String?
    /// The last value of the run's digest chain, in hexadecimal: equal for equal recipes, however often a run was
    /// interrupted.
    public let digest: String?
    /// Image passes so far: training, scoring and calibration.
    public let images: Int
    /// Multiply-adds charged so far.
    public let macs: Int
    /// The decisions in order; the last of a finished run is its final ranking.
    public let rounds: [Round]

    /// One decision and what it rested on.
    public struct Round: Sendable, Hashable {
        /// Its number, from 0.
        public let round: Int
        /// The name of the policy that decided.
        public let policy: String
        /// The children that trained on, best first where the policy says so.
        public let survivors: [String]
        /// The children dropped.
        public let dropped: [Verdict.Dropped]
        /// The scores it rested on, best first.
        public let scores: [Score]
    }

    /// A child's score in a decision.
    public struct Score: Sendable, Hashable {
        /// The child's label.
        public let child: String
        /// In the recipe's measure, larger is better (a loss is negated); nil where it is not finite.
        public let score: Double?
        /// From 1, the best.
        public let rank: Int
        /// The group whose weights it shared.
        public let group: Int
        /// Trainable parameters of the child alone.
        public let params: Int
        /// Multiply-adds of one forward pass of one image.
        public let macs: Int
    }

    init(_ record: RunRecord) {
        run = record.run
        phase = record.phase
        best = record.best
        digest = record.digest
        images = record.images
        macs = record.macs
        rounds = record.rounds.map { row in
            Round(
                round: row.round, policy: row.policy, survivors: row.survivors,
                dropped: row.dropped.map { .init(child: $0.child, reason: $0.reason) },
                scores: row.scores.map {
                    Score(
                        child: $0.child, score: $0.score, rank: $0.rank, group: $0.group, params: $0.params,
                        macs: $0.macs)
                })
        }
    }
}
