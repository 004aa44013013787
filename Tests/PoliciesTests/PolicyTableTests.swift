import Foundation
import Foundations
import Policies
import Testing

/// Every row of the catalogue keeps the policy contract on every kind of standing: as its file in `policies/` has it, and
/// by its standard values. A new row needs no new test.
@Suite struct PolicyTableTests {
    /// Runs a check on each standing with the row's policy made for it.
    private func everywhere(
        _ row: PolicyRow, _ check: (Comment, any PruningPolicy, Standing, Verdict) async throws -> Void
    ) async throws {
        for (name, standing) in Standings.all {
            let policy = try row.make(for: standing)
            try await check("\(row) on \(name)", policy, standing, policy.decide(standing))
        }
    }

    @Test(arguments: PolicyRow.all)
    func everySurvivorIsNamedOnceWithReasons(_ row: PolicyRow) async throws {
        try await everywhere(row) { name, policy, standing, verdict in
            #expect(policy.name == row.use && !policy.version.isEmpty, name)
            #expect(throws: Never.self, name) { try verdict.validate(against: standing) }
            for reason in verdict.dropped.map(\.reason) + verdict.dropChoices.map(\.reason) {
                #expect(reason.contains(where: \.isNumber) && !reason.contains("\n"), "\(reason)")
            }
        }
    }

    @Test(arguments: PolicyRow.all)
    func sameStandingSameVerdict(_ row: PolicyRow) async throws {
        try await everywhere(row) { name, policy, standing, verdict in
            let again = try await policy.decide(standing)
            let anew = try await row.make(for: standing).decide(standing)
            let crossed = try await policy.decide(standing.throughJSON())
            #expect(again == verdict && anew == verdict && crossed == verdict, name)
        }
    }

    @Test(arguments: PolicyRow.all)
    func theOrderOfSurvivorsDoesNotMatter(_ row: PolicyRow) async throws {
        try await everywhere(row) { name, policy, standing, verdict in
            var stream = RandomStream(seed: 1, purpose: .test)
            for _ in 0..<5 {
                var other = standing
                other.survivors = stream.permutation(standing.survivors.count).map { standing.survivors[$0] }
                other.operators = stream.permutation(standing.operators.count).map { standing.operators[$0] }
                let found = try await policy.decide(other)
                #expect(found.sorted() == verdict.sorted(), name)
            }
        }
    }

    @Test(arguments: PolicyRow.all)
    func labelsDoNotMatter(_ row: PolicyRow) async throws {
        try await everywhere(row) { name, _, standing, verdict in
            let labels = standing.survivors.map(\.child)
            let renamed = Dictionary(uniqueKeysWithValues: zip(labels, labels.reversed().map { "x" + $0 }))
            var other = standing
            for place in other.survivors.indices { other.survivors[place].child = renamed[labels[place]] ?? "" }
            let found = try await row.make(for: other).decide(other)
            #expect(Set(found.keep) == Set(verdict.keep.compactMap { renamed[$0] }), name)
            #expect(Set(found.probation) == Set(verdict.probation.compactMap { renamed[$0] }), name)
            #expect(Set(found.dropChoices) == Set(verdict.dropChoices), name)
        }
    }

    @Test(arguments: PolicyRow.all)
    func whatItRemembersIsEnough(_ row: PolicyRow) async throws {
        try await everywhere(row) { name, first, standing, verdict in
            var (standing, verdict) = (standing, verdict)
            for _ in 0..<3 {
                standing = standing.following(verdict)
                // A policy made anew, of a standing that crossed a pipe, decides as the one that has been there all along.
                verdict = try await first.decide(standing)
                let anew = try await row.make(for: standing).decide(standing.throughJSON())
                #expect(anew == verdict, name)
                #expect(throws: Never.self, name) { try verdict.validate(against: standing) }
            }
        }
    }

    @Test func filesEqualTheirCopies() throws {
        let folder = URL(filePath: #filePath).appending(path: "../../../policies").standardized
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path()).filter { $0.hasSuffix(".yaml") }
        #expect(Set(files) == Set(PolicyFiles.texts.keys))
        for (name, text) in PolicyFiles.texts {
            #expect(try String(contentsOf: folder.appending(path: name), encoding: .utf8) == text, "\(name)")
        }
        let inFiles = Set(PolicyFiles.texts.keys.map { $0.replacing(".yaml", with: "") })
        #expect(inFiles == Set(PolicyCatalogue.builtIn.entries.map(\.name)))
    }
}
