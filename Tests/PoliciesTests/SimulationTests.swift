import Foundation
import Foundations
import Policies
import Testing

/// Does `confident-cut` keep its promise: over all rounds a truly top-k child of the supernet is dropped with a chance of at
/// most alpha? 2,000 simulated searches a scenario (`ESPALIER_SOAK=1`: 20,000); the table goes to standard output.
@Suite struct SimulationTests {
    private static let soak = ProcessInfo.processInfo.environment["ESPALIER_SOAK"] == "1"
    private static let searches = soak ? 20_000 : 2_000
    private static let alpha = 0.1
    /// Enough for a planted bug.
    private static let few = 400

    private struct Case: Sendable {
        let scenario: Scenario
        let cutter: Cutter
    }

    private static func published() throws -> [Double] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/published_means.csv")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst()
        return try lines.map { line in try #require(Double(line.split(separator: ",")[1])) }
    }

    /// The outcomes of every case, search by search; the tables over images of a search serve all of its cases.
    private static func run(_ cases: [Case]) async throws -> [[Outcome]] {
        let policy = try ConfidentCut(keep: 4, alpha: alpha)
        let lanes = 8
        return try await withThrowingTaskGroup(of: [[Outcome]].self) { group in
            for lane in 0..<lanes {
                group.addTask {
                    var found = [[Outcome]](repeating: [], count: cases.count)
                    for number in stride(from: lane, to: searches, by: lanes) {
                        var stream = RandomStream(seed: 20, purpose: .test, step: number)
                        let images = SimulatedImages(
                            children: 64, images: Scenario.images, snapshots: 4, stream: &stream)
                        for (place, item) in cases.enumerated() where item.cutter == .policy || number < few {
                            var stream = RandomStream(seed: 21, purpose: .test, step: number, lane: place)
                            found[place].append(
                                try await search(
                                    item.scenario, item.cutter, images: images, policy: policy, stream: &stream))
                        }
                    }
                    return found
                }
            }
            var all = [[Outcome]](repeating: [], count: cases.count)
            for try await part in group {
                for place in all.indices { all[place] += part[place] }
            }
            return all
        }
    }

    private static func cases() throws -> [Case] {
        let truths = [
            ("all equal", [Double](repeating: 0.7, count: 64)),
            ("3 leaders, 61 tied", [0.99, 0.98, 0.97] + [Double](repeating: 0.7, count: 61)),
            ("published means", try published()),
        ]
        var cases: [Case] = []
        for (name, truth) in truths {
            for error in name == "all equal" ? [0.005, 0.037] : [0.001, 0.005, 0.037] {
                for rho in error == 0.001 && !soak ? [0.9] : [0, 0.5, 0.9] {
                    let scenario = Scenario(name: name, truth: truth, rho: rho, snapshotError: error)
                    cases.append(Case(scenario: scenario, cutter: .policy))
                    guard name == "3 leaders, 61 tied" else { continue }
                    let planted: [Cutter] = rho == 0 ? [.mcnemar, .pooled] : [.independent]
                    // Where images make nearly all of the noise, forgetting the snapshots does little harm.
                    if error > 0.001 { cases += planted.map { Case(scenario: scenario, cutter: $0) } }
                    // Noise that breaks the policy's assumptions; the mildest cases only where there is time.
                    guard soak || error == 0.037 && rho != 0.5 else { continue }
                    for noise in [Scenario.Noise.additive, .uneven] {
                        var other = scenario
                        other.noise = noise
                        other.name += ", \(noise.rawValue) noise"
                        cases.append(Case(scenario: other, cutter: .policy))
                    }
                }
            }
        }
        return cases
    }

    @Test func topChildrenAreDroppedAtMostAsOftenAsPromised() async throws {
        let cases = try Self.cases()
        let outcomes = try await Self.run(cases)
        print("\(Self.searches) searches a row, 64 children, 4 snapshots a round, 3 rounds, k 4, alpha \(Self.alpha)")
        print("| truth | snapshot sd | rho | cut by | P(top-k dropped) | bound | dropped of the others |")
        print("|---|---|---|---|---|---|---|")
        for (item, found) in zip(cases, outcomes) {
            #expect(found.count == (item.cutter == .policy ? Self.searches : Self.few))
            let n = Double(found.count)
            let bound = Self.alpha + 2.58 * (Self.alpha * (1 - Self.alpha) / n).squareRoot()
            let rate = Double(found.count(where: \.lost)) / n
            let power = found.reduce(0) { $0 + $1.dropped } / n
            let scenario = item.scenario
            let numbers = String(format: "%.4f | %.4f | %.3f", rate, bound, power)
            let points = String(format: "%.1f | %.1f", 100 * scenario.snapshotError, scenario.rho)
            print("| \(scenario.name) | \(points) | \(item.cutter.rawValue) | \(numbers) |")
            if item.cutter == .policy {
                #expect(rate <= bound, "\(scenario.name), rho \(scenario.rho), sd \(scenario.snapshotError)")
            } else {
                #expect(rate > bound, "the planted bug goes unseen: \(item.cutter.rawValue) on \(scenario.name)")
            }
        }
    }

    /// The simulated statistics are those of scores made image by image: the same means and variances over 1,500 searches,
    /// within 4 standard errors.
    @Test func statisticsFollowFromImages() throws {
        let (m, n, w, runs) = (3, 40, 4, 1_500)
        let scenario = Scenario(name: "", truth: [0.5, 0.6, 0.7], rho: 0.6, snapshotError: 0.03)
        func parts(_ pairs: PairedScores) -> [Double] {
            let parts = PairedComponents(pairs, places: Array(0..<m))
            return [
                parts.means[1] - parts.means[0], parts.passing(0, 1), parts.lasting(0, 1), parts.passing(1, 2),
                parts.snapshotVariance, parts.imageShare, parts.covariance[0][1], parts.covariance[3][3],
            ]
        }
        let labels = ["a", "b", "c"]
        let steps = [1, 2, 3, 4]
        var simulated: [[Double]] = []
        var made: [[Double]] = []
        for run in 0..<runs {
            var stream = RandomStream(seed: 31, purpose: .test, step: run)
            let images = SimulatedImages(children: m, images: n, snapshots: w, stream: &stream)
            var scores = SimulatedScores(scenario, images: n, stream: &stream)
            simulated.append(
                parts(
                    try PairedScores(
                        children: labels, images: n, steps: steps, cycle: 1, means: scores.next(w, stream: &stream),
                        lasting: images.lasting, passing: images.passing)))
            var other = RandomStream(seed: 32, purpose: .test, step: run)
            let raw = rawScores(scenario, images: n, snapshots: w, stream: &other)
            made.append(parts(try PairedScores(raw, children: labels, steps: steps, cycle: 1)))
        }
        for place in simulated[0].indices {
            let a = spread(simulated.map { $0[place] })
            let b = spread(made.map { $0[place] })
            let runs = Double(runs)
            #expect(abs(a.mean - b.mean) <= 4 * ((a.variance + b.variance) / runs).squareRoot(), "mean of \(place)")
            // The standard error of a variance, from the fourth moment.
            let error = ((a.fourth - a.variance * a.variance + b.fourth - b.variance * b.variance) / runs).squareRoot()
            #expect(abs(a.variance - b.variance) <= 4 * error, "variance of \(place)")
        }
    }

    /// [w, m, n]: scores image by image, with a difficulty of each image that all children share.
    private func rawScores(
        _ scenario: Scenario, images: Int, snapshots: Int, stream: inout RandomStream
    ) -> [[[Float]]] {
        let difficulty = (0..<images).map { _ in 0.4 * stream.normal() }
        let lasting = scenario.truth.map { _ in
            (0..<images).map { _ in Scenario.lasting.squareRoot() * stream.normal() }
        }
        var noise = scenario.truth.map { _ in scenario.snapshotError * stream.normal() }
        return (0..<snapshots).map { _ in
            scenario.truth.indices.map { child in
                let fresh = (1 - scenario.rho * scenario.rho).squareRoot() * scenario.snapshotError
                noise[child] = scenario.rho * noise[child] + fresh * stream.normal()
                let level = scenario.truth[child] + noise[child]
                return (0..<images).map { image in
                    let rest = Scenario.passing.squareRoot() * stream.normal()
                    return Float(level + difficulty[image] + lasting[child][image] + rest)
                }
            }
        }
    }

    private func spread(_ values: [Double]) -> (mean: Double, variance: Double, fourth: Double) {
        let n = Double(values.count)
        let mean = values.reduce(0, +) / n
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
        return (mean, variance, values.reduce(0) { $0 + pow($1 - mean, 4) } / n)
    }
}
