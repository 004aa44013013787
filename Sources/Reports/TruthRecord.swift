import Foundations
import Rankings

/// What `truth` prints: the children's stand-alone accuracies, and how well one run of each would rank them.
package struct TruthRecord: Sendable, Hashable, Codable {
    package struct Child: Sendable, Hashable, Codable {
        package let label: String
        /// Of the accuracies, with the population deviation (ddof 0).
        package let mean: Double
        package let std: Double
        package let runs: Int
        /// From 1, the best; equal means share the smaller number.
        package let rank: Int
        package let params: Int
        /// Multiply-adds of one image.
        package let macs: Int
        /// The mean cross entropy.
        package let loss: Double
        /// By seed, nil where there is no run.
        package let accuracies: [Double?]
    }

    /// tau-b between the means and rankings that cost nothing; nil for one child and where all are equal.
    package struct Free: Sendable, Hashable, Codable {
        @OrNull package var params: Double?
        @OrNull package var macs: Double?
    }

    package let schema: String
    package let name: String
    /// The images the accuracies are of, how many, and the batch-norm statistics.
    package let split: String
    @OrNull package var images: Int?
    package let bn: String
    package let seeds: [UInt64]
    package let runsAsked: Int
    package let runsDone: Int
    package let children: [Child]
    package let ceiling: SeedTable.Ceiling
    package let free: Free

    package init(
        name: String, split: String, images: Int?, bn: String, table: SeedTable,
        known: [String: (params: Int, macs: Int, loss: Double)]
    ) throws {
        schema = "espalier.truth/1"
        (self.name, self.split, self.images, self.bn) = (name, split, images, bn)
        seeds = table.seeds
        runsAsked = table.seeds.count * table.children.count
        runsDone = table.values.reduce(0) { $0 + $1.count { $0 != nil } }
        ceiling = try table.ceiling
        let truth = try table.truth
        let places = truth.map { try? ranks($0.means, ties: .minimum) } ?? []
        let columns = Dictionary(uniqueKeysWithValues: table.children.enumerated().map { ($1, $0) })
        children = (truth?.labels ?? []).enumerated().map { row, label in
            Child(
                label: label, mean: truth?.means[row] ?? 0, std: truth?.stds?[row] ?? 0, runs: truth?.runs?[row] ?? 0,
                rank: Int(places?[row] ?? 0), params: known[label]?.params ?? 0, macs: known[label]?.macs ?? 0,
                loss: known[label]?.loss ?? 0, accuracies: table.values.map { $0[columns[label] ?? 0] })
        }
        let means = children.map(\.mean)
        free = Free(
            params: try Kendall(children.map { Double($0.params) }, means)?.tauB,
            macs: try Kendall(children.map { Double($0.macs) }, means)?.tauB)
    }
}
