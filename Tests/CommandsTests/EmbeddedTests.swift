import Architectures
import Foundation
import Policies
import Searches
import Testing

/// What the program carries equals the files beside it.
@Suite struct EmbeddedTests {
    @Test func recipes() throws {
        #expect(try files("recipes", "yaml") == BuiltInRecipes.texts.mapKeys { $0 + ".yaml" })
    }

    @Test func policies() throws {
        #expect(try files("policies", "yaml") == PolicyFiles.texts)
        #expect(Set(PolicyFiles.texts.keys) == Set(PolicyCatalogue.builtIn.entries.map { $0.name + ".yaml" }))
    }

    @Test func truths() throws {
        let path = Program.repository + "/docs/results/synthetic_64.csv"
        #expect(try BuiltInTruths.texts == ["synthetic_64": String(contentsOfFile: path, encoding: .utf8)])
    }

    @Test func spaces() throws {
        let texts = Dictionary(uniqueKeysWithValues: SearchSpace.builtInTexts.map { ($0.name + ".yaml", $0.text) })
        #expect(try files("spaces", "yaml") == texts)
    }

    /// Text by name of the files of a folder with this ending.
    private func files(_ folder: String, _ ending: String) throws -> [String: String] {
        let path = Program.repository + "/" + folder
        let names = try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix("." + ending) }
        return try Dictionary(
            uniqueKeysWithValues: names.map { ($0, try String(contentsOfFile: path + "/" + $0, encoding: .utf8)) })
    }
}

extension Dictionary {
    fileprivate func mapKeys<NewKey>(_ transform: (Key) -> NewKey) -> [NewKey: Value] {
        [NewKey: Value](uniqueKeysWithValues: map { (transform($0.key), $0.value) })
    }
}
