import Foundation
import Foundations
import Policies
import Rankings

/// What came of one simulated search.
struct Outcome: Sendable {
    /// A truly top-k child of the supernet was dropped.
    var lost = false
    /// Of the children that may be dropped, the share that was.
    var dropped = 0.0
}

/// How a simulated search cuts.
enum Cutter: String, Sendable, CaseIterable {
    /// The policy, by its own `decide`.
    case policy = "confident-cut"
    /// The planted bug: McNemar's test, image by image, on the last snapshot, its images taken as independent looks.
    case mcnemar = "McNemar on one snapshot"
    /// Images times snapshots taken as independent looks.
    case pooled = "images x snapshots as independent"
    /// The policy, told that snapshots are nearly independent.
    case independent = "confident-cut, rho-at-most 0.01"
}

/// Runs a search: rounds of fresh snapshots, the survivors cut after each.
func search(
    _ scenario: Scenario, _ cutter: Cutter, images: SimulatedImages, policy: ConfidentCut, stream: inout RandomStream
) async throws -> Outcome {
    var scores = SimulatedScores(scenario, stream: &stream)
    var standing = Standings.of(scenario.truth.map { $0 })
    let policy = try cutter == .independent ? ConfidentCut(alpha: policy.alpha, rhoAtMost: 0.01) : policy
    let isProtected = scenario.protected
    for child in standing.survivors.indices {
        standing.survivors[child].choices = [child / 16 % 4, child / 4 % 4, child % 4]
    }
    var alive = Set(scenario.truth.indices)
    var outcome = Outcome()
    for round in 0..<scenario.rounds {
        let steps = (0..<scenario.snapshots).map { 64 * (round * scenario.snapshots + $0 + 1) }
        let pairs = try PairedScores(
            children: scenario.truth.indices.map { "c\($0)" }, images: scores.images, steps: steps, cycle: 64,
            means: scores.next(scenario.snapshots, stream: &stream), lasting: images.lasting, passing: images.passing)
        standing.round = round
        standing.budget.roundsLeft = scenario.rounds - round - 1
        standing.space.alive = alive.count
        standing.pairs = pairs
        let out: Set<String>
        if cutter == .policy || cutter == .independent {
            let verdict = try await policy.decide(standing)
            out = Set(verdict.dropped.map(\.child))
            standing.state = verdict.state
        } else {
            out = naive(cutter, pairs, alive: alive, scenario, level: policy.alpha / Double(scenario.rounds))
        }
        standing.survivors.removeAll { out.contains($0.child) }
        for child in scenario.truth.indices where out.contains("c\(child)") {
            alive.remove(child)
            if isProtected[child] { outcome.lost = true }
        }
    }
    let others = isProtected.count { !$0 }
    if others > 0 {
        outcome.dropped = Double(isProtected.indices.count { !isProtected[$0] && !alive.contains($0) }) / Double(others)
    }
    return outcome
}

/// The same procedure with a standard error that sees only images.
private func naive(
    _ cutter: Cutter, _ pairs: PairedScores, alive: Set<Int>, _ scenario: Scenario, level: Double
) -> Set<String> {
    let places = alive.sorted()
    guard places.count > scenario.leaders else { return [] }
    let parts = PairedComponents(pairs, places: places)
    let rows = cutter == .mcnemar ? Array(pairs.means.suffix(1)) : pairs.means
    let means = places.map { place in rows.reduce(0) { $0 + $1[place] } / Double(rows.count) }
    let table = places.indices.map { c in
        places.indices.filter { $0 != c }.map { j in
            let variance = (parts.passing(c, j) + parts.lasting(c, j)) / Double(pairs.images * rows.count)
            return normalTail((means[j] - means[c]) / variance.squareRoot())
        }
    }
    let test = CutTest(table, means: means, leaders: scenario.leaders, level: level)
    return Set(places.indices.filter { test.isWorse[$0] }.map { pairs.children[places[$0]] })
}
