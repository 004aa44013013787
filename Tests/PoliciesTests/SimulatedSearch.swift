import Foundation
import Foundations
import Policies

/// A supernet whose truth is known: what children truly score, and how snapshots of it err.
struct Scenario: Sendable {
    var name: String
    /// The true scores, as accuracies.
    var truth: [Double]
    /// Correlation of neighbouring snapshots: AR(1).
    var rho: Double
    /// Standard deviation of a child's score from snapshot to snapshot, as accuracy: .5 points are .005.
    var snapshotError: Double
    /// How the snapshot noise of children hangs together.
    var noise = Noise.independent
    /// k
    var leaders = 4
    var rounds = 3
    var snapshots = 4

    enum Noise: String, Sendable {
        /// As the policy takes it.
        case independent
        /// A sum of effects of the child's three choices of four: children that share a choice move together.
        case additive
        /// Independent, every other child with .5 and 1.32 of the standard deviation.
        case uneven
    }

    static let images = 5_000
    /// Variances of one child's per-image score beyond what all children share: what stays with the image, and what does
    /// not. For two children they make 18 % of the images disagree.
    static let lasting = 0.05
    static let passing = 0.04

    /// Whether fewer than k are truly better: such a child must not be dropped.
    var protected: [Bool] { truth.map { one in truth.count { $0 > one } < leaders } }
}

/// Sums of squares and products of per-image scores, without the images.
///
/// For normal scores x_sci = mu_c + u_sc + b_ci + e_sci with independent image effects b ~ N(0, lasting) and rests
/// e ~ N(0, passing), Cochran's theorem makes the means over images and the two tables of ``PairedScores`` independent, with
///
///     x_sc  ~ mu_c + u_sc + N(0, lasting / n) (one draw a child for all snapshots) + N(0, passing / n) (one each)
///     table of lasting effects ~ (lasting + passing / w) Wishart_m(n - 1)
///     table of the rest        ~ passing Wishart_m((n - 1) (w - 1))
///
/// `SimulationTests.statisticsFollowFromImages` holds this against scores made image by image.
struct SimulatedImages: Sendable {
    let lasting: [Double]
    let passing: [Double]

    init(children: Int, images: Int, snapshots: Int, stream: inout RandomStream) {
        let n = Double(images)
        let w = Double(snapshots)
        lasting = wishart(
            children, degrees: n - 1, scale: Scenario.lasting + Scenario.passing / w, stream: &stream)
        passing = wishart(children, degrees: (n - 1) * (w - 1), scale: Scenario.passing, stream: &stream)
    }
}

/// The scores of one search, snapshot after snapshot.
struct SimulatedScores {
    let scenario: Scenario
    let images: Int
    private var noise: [Double]
    private let offsets: [Double]

    init(_ scenario: Scenario, images: Int = Scenario.images, stream: inout RandomStream) {
        self.scenario = scenario
        self.images = images
        noise = Self.innovation(scenario, stream: &stream)
        offsets = scenario.truth.map { $0 + (Scenario.lasting / Double(images)).squareRoot() * stream.normal() }
    }

    /// [w, m]: means over images at the next snapshots.
    mutating func next(_ snapshots: Int, stream: inout RandomStream) -> [[Double]] {
        let fresh = (1 - scenario.rho * scenario.rho).squareRoot()
        let image = (Scenario.passing / Double(images)).squareRoot()
        return (0..<snapshots).map { _ in
            let news = Self.innovation(scenario, stream: &stream)
            for child in noise.indices { noise[child] = scenario.rho * noise[child] + fresh * news[child] }
            return noise.indices.map { offsets[$0] + noise[$0] + image * stream.normal() }
        }
    }
}

extension SimulatedScores {
    /// One snapshot's noise of all children, by itself.
    private static func innovation(_ scenario: Scenario, stream: inout RandomStream) -> [Double] {
        switch scenario.noise {
        case .independent: return scenario.truth.map { _ in scenario.snapshotError * stream.normal() }
        case .uneven:
            return scenario.truth.indices.map {
                scenario.snapshotError * ($0 % 2 == 0 ? 0.5 : 1.75.squareRoot()) * stream.normal()
            }
        case .additive:
            let effects = (0..<12).map { _ in scenario.snapshotError / 3.0.squareRoot() * stream.normal() }
            return scenario.truth.indices.map { effects[$0 / 16 % 4] + effects[4 + $0 / 4 % 4] + effects[8 + $0 % 4] }
        }
    }
}

/// The lower triangle, row by row, of scale * Wishart_m(degrees), as L L' with Bartlett's L.
private func wishart(_ m: Int, degrees: Double, scale: Double, stream: inout RandomStream) -> [Double] {
    var lower = [[Double]](repeating: [], count: m)
    for row in 0..<m {
        lower[row] = (0..<row).map { _ in stream.normal() } + [stream.chiSquared(degrees - Double(row)).squareRoot()]
    }
    var table: [Double] = []
    table.reserveCapacity(m * (m + 1) / 2)
    for row in 0..<m {
        for column in 0...row {
            var sum = 0.0
            for k in 0...column { sum += lower[row][k] * lower[column][k] }
            table.append(scale * sum)
        }
    }
    return table
}

extension RandomStream {
    /// A standard normal number, by Marsaglia's polar method.
    mutating func normal() -> Double {
        while true {
            let x = 2 * unitDouble() - 1
            let y = 2 * unitDouble() - 1
            let s = x * x + y * y
            if s > 0, s < 1 { return x * (-2 * log(s) / s).squareRoot() }
        }
    }

    /// Chi-squared with any degrees of freedom of at least 2: Marsaglia and Tsang's gamma, 2000.
    mutating func chiSquared(_ degrees: Double) -> Double {
        let d = degrees / 2 - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let v = (1 + c * x) * (1 + c * x) * (1 + c * x)
            if v > 0, log(1 - unitDouble()) < x * x / 2 + d - d * v + d * log(v) { return 2 * d * v }
        }
    }
}
