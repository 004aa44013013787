import Foundation
import Foundations

/// Rankings that see the truth through noise and nothing else: what an unbiased supernet of the same tau would do.
///
/// A draw is a pair of a measured truth and a score of every child,
///
///     t* = theta + e,  e ~ N(0, se^2);   s* = cos(phi) z(theta) + sin(phi) noise,   noise ~ N(0, 1) for each child alone
///
/// with phi in 0 ... pi so that Kendall's tau between s* and t* is the one asked for (by bisection, to pi / 1024: a tau of n
/// children moves in steps, so draws differ by a few pairs). theta are the table's means, drawn together so that their
/// variance is that of the table less that of its errors; t* is redrawn because an error in the truth alone makes the
/// partial effect of whatever goes with the truth positive. Without errors t* is the table.
///
/// A noisy table also hides a part of what a feature has to do with the truth, and the null with it. That matters little
/// while the table's error is small beside its spread: where it is a third of it, p falls below .05 without any bias in
/// 6.8 % of scorings for the worst of 14 features and 5.6 % on average; after Holm's adjustment some feature does in 4.7 %.
///
/// - Cost: a draw sorts n numbers eleven times.
struct BiasNull: Sendable {
    private let theta: [Double]
    private let standardised: [Double]
    private let errors: [Double]?
    private let hasTies: Bool

    /// - Parameter errors: standard errors of the means, in their order.
    init(truth: [Double], errors: [Double]?) {
        require(errors.map { $0.count == truth.count } ?? true, "errors and truths differ in number")
        let n = Double(max(1, truth.count))
        let mean = truth.reduce(0, +) / n
        let variance = truth.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
        let noise = (errors ?? []).reduce(0) { $0 + $1 * $1 } / n
        let reliability = variance > 0 ? max(0, 1 - noise / variance).squareRoot() : 0
        let theta = truth.map { mean + reliability * ($0 - mean) }
        let deviation = (variance.squareRoot()) * reliability
        self.theta = theta
        standardised = theta.map { deviation > 0 ? ($0 - mean) / deviation : 0 }
        self.errors = errors
        hasTies = errors == nil && Set(truth).count < truth.count
    }

    /// The places of a draw's scores and truths, from 1, the worst; a function of (stream's key).
    func draw(tau: Double, _ stream: inout RandomStream) -> (scores: [Double], truth: [Double]) {
        let truth = errors.map { zip(theta, $0).map { $0 + $1 * stream.normal() } } ?? theta
        let noise = theta.map { _ in stream.normal() }
        let order = truth.indices.sorted { truth[$0] < truth[$1] }
        func scores(_ phi: Double) -> [Double] {
            let (signal, rest) = (cos(phi), sin(phi))
            return order.map { signal * standardised[$0] + rest * noise[$0] }
        }
        let sorted = order.map { truth[$0] }
        func tauOf(_ scores: [Double]) -> Double {
            if hasTies { return (try? Kendall(scores, sorted))?.tauB ?? 0 }
            var column = scores
            let pairs = Double(scores.count * (scores.count - 1) / 2)
            return 1 - 2 * Double(sortCountingInversions(&column)) / pairs
        }
        var (low, high) = (0.0, Double.pi)
        for _ in 0..<10 {
            let middle = (low + high) / 2
            if tauOf(scores(middle)) > tau { low = middle } else { high = middle }
        }
        // Nothing else than the order itself has tau 1, and nothing else than its reverse -1.
        let phi = tau >= 1 ? 0 : tau <= -1 ? Double.pi : (low + high) / 2
        let drawn = scores(phi)
        var places = [Double](repeating: 0, count: order.count)
        let ranked = averagePlaces(drawn)
        for (place, child) in order.enumerated() { places[child] = ranked[place] }
        return (places, averagePlaces(truth))
    }
}

extension BiasNull {
    /// The effects of one draw; a function of (seed, lane, number, stream).
    func effects(
        _ effects: PartialEffects, tau: Double, seed: UInt64, lane: Int, number: Int, stream: Int
    ) -> [Double?] {
        var stream = RandomStream(seed: seed, purpose: .bootstrap, round: lane + 1, step: number, lane: stream)
        let (scores, truth) = draw(tau: tau, &stream)
        return effects.values(scores: scores, truth: truth)
    }
}

/// The places from 1, the smallest; equals share their mean place. No NaN.
func averagePlaces(_ values: [Double]) -> [Double] { (try? ranks(values, from: .smallest)) ?? [] }
