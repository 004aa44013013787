import Foundation
import Foundations
import Policies
import Testing

/// Does `confident-cut` keep its promise: over all rounds a truly top-k child of the supernet is dropped with a chance of at
/// most alpha? 2,000 simulated searches a scenario (`ESPALIER_SOAK=1`: 20,000); the table goes to standard output.
@Suite struct SimulationTests {
    private static let searches = ProcessInfo.processInfo.environment["ESPALIER_SOAK"] == "1" ? 20_000 : 2_000
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
            for error in [0.005, 0.037] {
                for rho in [0, 0.5, 0.9] {
                    let scenario = Scenario(name: name, truth: truth, rho: rho, snapshotError: error)
                    cases.append(Case(scenario: scenario, cutter: .policy))
                    guard name == "3 leaders, 61 tied" else { continue }
                    let planted: [Cutter] = rho == 0 ? [.mcnemar, .pooled] : [.independent]
                    cases += planted.map { Case(scenario: scenario, cutter: $0) }
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
}
