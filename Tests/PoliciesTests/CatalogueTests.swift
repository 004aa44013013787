import Foundation
import Foundations
import Policies
import Testing

/// Every row of the catalogue keeps the policy contract on every kind of standing.
@Suite struct CatalogueTests {
    private func verdicts(_ check: (String, any PruningPolicy, Standing, Verdict) async throws -> Void) async throws {
        for entry in PolicyCatalogue.builtIn.entries {
            let policy = try PolicyCatalogue.builtIn.make(PolicySpecification(use: entry.name))
            #expect(policy.name == entry.name)
            for (name, standing) in Standings.all {
                try await check("\(entry.name) on \(name)", policy, standing, policy.decide(standing))
            }
        }
    }

    @Test func everySurvivorIsNamedOnceWithReasons() async throws {
        try await verdicts { name, _, standing, verdict in
            #expect(throws: Never.self, "\(name)") { try verdict.validate(against: standing) }
        }
    }

    @Test func sameStandingSameVerdict() async throws {
        try await verdicts { name, policy, standing, verdict in
            let again = try await policy.decide(standing)
            #expect(again == verdict, "\(name)")
        }
    }

    @Test func theOrderOfSurvivorsDoesNotMatter() async throws {
        try await verdicts { name, policy, standing, verdict in
            var stream = RandomStream(seed: 1, purpose: .test)
            for _ in 0..<5 {
                var other = standing
                other.survivors = stream.permutation(standing.survivors.count).map { standing.survivors[$0] }
                let found = try await policy.decide(other)
                #expect(Set(found.keep) == Set(verdict.keep), "\(name)")
                #expect(Set(found.dropped) == Set(verdict.dropped), "\(name)")
            }
        }
    }

    @Test func labelsDoNotMatter() async throws {
        try await verdicts { name, policy, standing, verdict in
            let labels = standing.survivors.map(\.child)
            let renamed = Dictionary(uniqueKeysWithValues: zip(labels, labels.reversed().map { "x" + $0 }))
            var other = standing
            for place in other.survivors.indices {
                other.survivors[place].child = renamed[labels[place]] ?? ""
            }
            let found = try await policy.decide(other)
            #expect(Set(found.keep) == Set(verdict.keep.compactMap { renamed[$0] }), "\(name)")
        }
    }

    @Test func unknownNamesGetTheNearest() throws {
        let catalogue = PolicyCatalogue.builtIn
        func message(_ specification: PolicySpecification) -> String {
            do { _ = try catalogue.make(specification) } catch let error as PolicyError {
                #expect(error.exitCode == .recipe)
                return error.description
            } catch { return "\(error)" }
            return "none"
        }
        #expect(message(.init(use: "keep-al")) == "unknown policy \"keep-al\" (did you mean keep-all?)")
        #expect(
            message(.init(use: "keep-fraction", parameters: ["kep": .number(1)]))
                == "keep-fraction: unknown parameter \"kep\" (did you mean keep?)")
        #expect(
            message(.init(use: "keep-fraction", parameters: ["keep": .integer(0)]))
                == "keep-fraction: keep is 0, expected a number above 0.0 and at most 1.0")
        #expect(
            message(.init(use: "keep-fraction", parameters: ["keep": .word("half")]))
                == "keep-fraction: keep is \"half\", expected a number above 0.0 and at most 1.0")
        #expect(
            message(.init(use: "keep-all", parameters: ["keep": .number(0.5)]))
                == "keep-all: unknown parameter \"keep\"")
    }

    @Test func resolvingFillsInStandardValues() throws {
        let catalogue = PolicyCatalogue.builtIn
        #expect(try catalogue.resolve(.init(use: "keep-fraction")).parameters == ["keep": .number(0.5)])
        let whole = PolicySpecification(use: "keep-fraction", parameters: ["keep": .integer(1)])
        #expect(try catalogue.resolve(whole).parameters == ["keep": .number(1)])
    }

    @Test func aNewRowIsAPolicy() throws {
        let catalogue = PolicyCatalogue.builtIn.adding([
            PolicyEntry(
                name: "mine", summary: "",
                parameters: [
                    .init("count", .integer(1...4), standard: nil, summary: ""),
                    .init("by", .word(["a", "b"]), standard: .word("a"), summary: ""),
                    .init("hard", .flag, standard: .flag(true), summary: ""),
                ]
            ) { values in
                #expect(values.integer("count") == 2)
                #expect(values.word("by") == "a")
                #expect(values.flag("hard") == true)
                #expect(values.number("count") == nil)
                return KeepAll()
            }
        ])
        #expect(catalogue.entries.count == PolicyCatalogue.builtIn.entries.count + 1)
        _ = try catalogue.make(.init(use: "mine", parameters: ["count": .integer(2)]))
        let missing = #expect(throws: PolicyError.self) { try catalogue.make(.init(use: "mine")) }
        #expect(missing?.message == "mine: count is missing, expected a whole number from 1 to 4")
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
