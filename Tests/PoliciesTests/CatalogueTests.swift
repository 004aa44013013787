import Foundations
import Policies
import Testing

/// Names and parameters are checked, and standard values filled in.
@Suite struct CatalogueTests {
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
}
