/// What is recorded of a comparison: the JSON of `compare`, without a verdict.
package struct ComparisonRecord: Sendable, Hashable, Codable {
    /// A way of searching, run once for each seed.
    package struct Arm: Sendable, Hashable, Codable {
        package var name: String
        package var seeds: [Outcome]

        package init(name: String, seeds: [Outcome]) {
            self.name = name
            self.seeds = seeds
        }
    }

    /// How one run of an arm came out.
    package struct Outcome: Sendable, Hashable, Codable {
        package var seed: UInt64
        package var images: Int
        package var macs: Int
        /// The child chosen.
        package var best: String?
        /// Its rank in the truth, from 1.
        package var truthRank: Double?
        /// Its value in the truth.
        package var truthMean: Double?
        /// tau-b of the composite ranking against the truth.
        package var gtTau: Double?
        /// Top-n-Rank by n.
        package var topRank: [String: Double]

        package init(
            seed: UInt64, images: Int, macs: Int, best: String?, truthRank: Double? = nil, truthMean: Double? = nil,
            gtTau: Double? = nil, topRank: [String: Double] = [:]
        ) {
            self.seed = seed
            self.images = images
            self.macs = macs
            self.best = best
            self.truthRank = truthRank
            self.truthMean = truthMean
            self.gtTau = gtTau
            self.topRank = topRank
        }

        package func encode(to encoder: any Encoder) throws {
            var box = encoder.container(keyedBy: CodingKeys.self)
            try box.encode(seed, forKey: .seed)
            try box.encode(images, forKey: .images)
            try box.encode(macs, forKey: .macs)
            try box.encode(best, forKey: .best)
            try box.encode(truthRank.finite, forKey: .truthRank)
            try box.encode(truthMean.finite, forKey: .truthMean)
            try box.encode(gtTau.finite, forKey: .gtTau)
            try box.encode(topRank, forKey: .topRank)
        }
    }

    package var schema = "espalier.compare/1"
    package var name: String
    package var arms: [Arm]

    package init(name: String, arms: [Arm]) {
        self.name = name
        self.arms = arms
    }
}
