import Foundation
import Foundations
import Policies
import Testing

/// The policies that know the answer.
@Suite struct TruthPoliciesTests {
    private let table = "label,gt_mean\nc0,80\nc1,85.1614\nc2,70\nc3,83\n"
    private let standing = Standings.of([0.9, 0.1, 0.8, 0.2])

    private func specification(_ use: String, _ truth: String) -> PolicySpecification {
        PolicySpecification(use: use, parameters: ["truth": .word(truth)])
    }

    private func complaint(_ body: () throws -> some Any) -> PolicyError? {
        #expect(throws: PolicyError.self) { _ = try body() }
    }

    @Test func theTrulyBestStay() async throws {
        let file = try TemporaryFile(table)
        let verdict = try await Oracle(truth: file.path).decide(standing)
        #expect(verdict.keep == ["c1", "c3"])
        #expect(
            verdict.dropped == [
                .init(child: "c0", reason: "truth 80.0000, rank 3 of 4, cut after 2"),
                .init(child: "c2", reason: "truth 70.0000, rank 4 of 4, cut after 2"),
            ])
    }

    @Test func theTrulyWorstStay() async throws {
        let file = try TemporaryFile(table)
        let verdict = try await InverseOracle(truth: file.path, keep: 0.25).decide(standing)
        #expect(verdict.keep == ["c2"])
        #expect(
            verdict.dropped.last
                == .init(child: "c1", reason: "truth 85.1614, worst preferred, rank 4 of 4, cut after 1"))
    }

    @Test func everyTableSaysSo() throws {
        let file = try TemporaryFile(table)
        #expect(
            try Oracle(truth: file.path).stamp
                == "Pruned by the truth table \(file.path): an oracle, not a search.")
        #expect(
            try InverseOracle(truth: file.path).stamp
                == "Pruned by the truth table \(file.path), keeping the worst: an inverse oracle, not a search.")
        let wrapped = PolicySpecification(
            use: "regret-guard", parameters: ["wrap": .policy(specification("oracle", file.path))])
        #expect(try PolicyCatalogue.builtIn.make(wrapped).stamp == Oracle(truth: file.path).stamp)
        #expect(try PolicyCatalogue.builtIn.make(.init(use: "keep-all")).stamp == nil)
    }

    @Test(arguments: ["oracle", "inverse-oracle"])
    func childrenWithoutATruthAreNamed(_ use: String) async throws {
        let file = try TemporaryFile("label,gt_mean\nc0,80\nc2,70\n")
        let policy = try PolicyCatalogue.builtIn.make(specification(use, file.path))
        let error = await #expect(throws: PolicyError.self) { try await policy.decide(standing) }
        #expect(error?.exitCode == .policy)
        #expect(error?.message == "\(use): \(file.path): children without a truth: \"c1\", \"c3\"")
    }

    @Test(arguments: ["oracle", "inverse-oracle"])
    func theRunRemembersTheFile(_ use: String) throws {
        let catalogue = PolicyCatalogue.builtIn
        let file = try TemporaryFile(table)
        let steps = FileManager.default.currentDirectoryPath.split(separator: "/").count
        let relative = String(repeating: "../", count: steps) + file.path.dropFirst()
        let resolved = try catalogue.resolve(specification(use, relative))
        #expect(resolved.parameters["truth"] == .word(file.path))
        // By sha256sum.
        let digest = "14c51deed36293dfe15c878142abd8cfbf4c309a3c0b1c69cb9bdb57a0bfe42e"
        #expect(resolved.parameters["truth-sha256"] == .word(digest))
        #expect(try catalogue.resolve(resolved) == resolved)

        try file.write(table.replacing("70", with: "71"))
        let error = complaint { try catalogue.make(resolved) }
        #expect(error?.exitCode == .recipe)
        #expect(error?.message.hasPrefix("\(use): \(file.path) has SHA-256 ") == true)
        #expect(error?.hint == "the file has changed since; put the old one back, or start a new run")
    }

    @Test func filesThatAreNone() throws {
        let catalogue = PolicyCatalogue.builtIn
        let missing = complaint { try catalogue.resolve(specification("oracle", "/no/such.csv")) }
        #expect(missing?.message == "oracle: truth: /no/such.csv: no such file")
        #expect(missing?.exitCode == .usage)
        let folder = complaint { try catalogue.resolve(specification("oracle", "/")) }
        #expect(folder?.message == "oracle: truth: /: expected a regular file, found a folder")
        let file = try TemporaryFile("label,mean\nc0,1\n")
        let wrong = complaint { try catalogue.make(specification("oracle", file.path)) }
        #expect(wrong?.exitCode == .recipe)
        #expect(wrong?.message.hasPrefix("oracle: \(file.path):1: expected a column gt_mean") == true)
        let none = "oracle: truth is missing, expected text"
        #expect(complaint { try catalogue.resolve(.init(use: "oracle")) }?.message == none)
        #expect(complaint { try catalogue.resolve(specification("oracle", "")) }?.message == none)
    }
}
