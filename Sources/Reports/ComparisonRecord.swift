import Foundations
import Rankings

/// What is recorded of a comparison: the JSON of `compare`.
package struct ComparisonRecord: Sendable, Hashable, Codable {
    /// A way of searching, run once for each seed.
    package struct Arm: Sendable, Hashable, Codable {
        package var name: String
        /// What comparing with it shows.
        package var purpose: String?
        /// The arm from whose runs it was worked out; nil for one that ran.
        package var paperOf: String?
        /// SHA-256 of its recipe, whatever the seed.
        package var recipe: String?
        package var seeds: [Outcome]
        /// How alike the rankings of its finished runs are; nil for fewer than two.
        @OrNull package var stability: ArmStability? = nil
        /// Whether dropping has amplified what its scores favour; nil without a truth and a twin that kept everyone.
        @OrNull package var biasGap: BiasGap? = nil

        package init(
            name: String, purpose: String? = nil, paperOf: String? = nil, recipe: String? = nil, seeds: [Outcome]
        ) {
            self.name = name
            self.purpose = purpose
            self.paperOf = paperOf
            self.recipe = recipe
            self.seeds = seeds
        }

        /// The outcomes of its runs that have ended.
        package var finished: [Outcome] { seeds.filter { $0.best != nil } }

        /// `2 of 3`: picks that may truly be the best; a dash where no truth tells.
        package var hits: String {
            let known = seeds.compactMap(\.hit)
            return known.isEmpty ? Numbers.none : "\(known.count { $0 }) of \(known.count)"
        }
    }

    /// How one run of an arm came out.
    package struct Outcome: Sendable, Hashable, Codable {
        package var seed: UInt64
        /// The run's name; of an arm worked out on paper that of the run it was worked out from.
        @OrNull package var run: String? = nil
        package var images: Int
        package var macs: Int
        /// The child chosen.
        @OrNull package var best: String?
        /// Its rank in the truth, from 1.
        @OrNull package var truthRank: Double?
        /// Its value in the truth.
        @OrNull package var truthMean: Double?
        /// tau-b of the composite ranking against the truth.
        @OrNull package var gtTau: Double?
        /// tau-a, which forgives no ties: the one to compare arms by.
        @OrNull package var tauA: Double? = nil
        /// tau-b inside the subset.
        @OrNull package var tauInside: Double? = nil
        /// Points the child chosen loses against the best one.
        @OrNull package var regret: Double? = nil
        /// It may truly be the best one.
        @OrNull package var hit: Bool? = nil
        /// Accuracy of the child chosen, trained anew alone with a fresh seed.
        @OrNull package var retrained: Double? = nil
        /// Among the children the run kept; nil without a truth, and where it dropped nobody.
        @OrNull package var kept: SurvivorTaus? = nil
        /// Top-n-Rank by n.
        package var topRank: [String: Double]
        /// What the cuts cost, decision by decision; nil without a truth and before the first decision.
        @OrNull package var audit: AuditSummary? = nil

        package init(
            seed: UInt64, run: String? = nil, images: Int, macs: Int, best: String?, truthRank: Double? = nil,
            truthMean: Double? = nil, gtTau: Double? = nil, topRank: [String: Double] = [:]
        ) {
            self.seed = seed
            self.run = run
            self.images = images
            self.macs = macs
            self.best = best
            self.truthRank = truthRank
            self.truthMean = truthMean
            self.gtTau = gtTau
            self.topRank = topRank
        }
    }

    /// Some picks were trained anew.
    package var hasRetrained: Bool { arms.contains { $0.seeds.contains { $0.retrained != nil } } }

    package var schema = "espalier.compare/1"
    /// Sentences the reader must see first.
    package var stamps: [String]
    /// Rankings that cost nothing, on the same children; empty without a truth.
    package var free: [RankingSummary]
    package var name: String
    /// `development` or `verdict`: what the seeds are for.
    package var stage: String
    package var arms: [Arm]
    /// The first arm against the second.
    package var verdict: Verdict?
    /// The first arm against each further one; p-values adjusted by Holm among them.
    package var contrasts: [Verdict]
    /// Other measures of the first arm against the second; p-values adjusted by Holm.
    package var secondary: [Secondary]

    /// - Parameter stage: nil goes by the seeds: `verdict` where all are 1000 or more.
    package init(
        name: String, stage: String? = nil, stamps: [String] = [], free: [RankingSummary] = [], arms: [Arm],
        verdict: Verdict? = nil, contrasts: [Verdict] = [],
        secondary: [Secondary] = []
    ) {
        let seeds = arms.flatMap { $0.seeds.map(\.seed) }
        self.name = name
        self.stage = stage ?? (!seeds.isEmpty && seeds.allSatisfy { $0 >= 1000 } ? "verdict" : "development")
        (self.stamps, self.free, self.arms) = (stamps, free, arms)
        self.verdict = verdict
        self.contrasts = contrasts
        self.secondary = secondary
    }
}
