import Foundation
import Foundations
import Policies
import Testing

/// A row of the catalogue to be tried: as its file has it, or by its standard values.
struct PolicyRow: Sendable, CustomTestStringConvertible, CustomStringConvertible {
    let use: String
    let fromFile: Bool

    var description: String { use + (fromFile ? " from its file" : " by its standard values") }
    var testDescription: String { description }

    static let all = PolicyCatalogue.builtIn.entries.flatMap { entry in
        [true, false].map { PolicyRow(use: entry.name, fromFile: $0) }
    }

    /// The policy; where it goes by a truth table, with one that has a row for each survivor, equal values among them.
    func make(for standing: Standing) throws -> any PruningPolicy {
        var specification = PolicySpecification(use: use)
        if fromFile { specification = try .init(file: PolicyFiles.texts[use + ".yaml"] ?? "") }
        let entry = PolicyCatalogue.builtIn.entries.first { $0.name == use }
        if entry?.parameters.contains(where: { $0.name == "truth" }) == true {
            let rows = standing.survivors.map { "\($0.child),\($0.choices.reduce(7) { ($0 * 31 + $1) % 11 })\n" }
            let file = try TemporaryFile("label,gt_mean\n" + rows.joined())
            specification.parameters["truth"] = .word(file.path)
            return try PolicyCatalogue.builtIn.make(specification)
        }
        return try PolicyCatalogue.builtIn.make(specification)
    }
}

/// A file that is gone when nobody holds it any more.
final class TemporaryFile: Sendable {
    let path: String

    init(_ text: String) throws {
        path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).csv").path()
        try write(text)
    }

    func write(_ text: String) throws { try Data(text.utf8).write(to: URL(filePath: path)) }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

extension PolicySpecification {
    /// The text of a policy file, read as a recipe reads it.
    init(file text: String) throws {
        try self.init(StrictYAML.parse(text, path: "policy"))
    }

    private init(_ node: YAMLNode) throws {
        self.init(use: "")
        for (key, value) in try node.entries() where key != "schema" {
            if key == "use" { use = try value.string() } else { parameters[key] = try PolicyValue(value) }
        }
    }
}

extension PolicyValue {
    fileprivate init(_ node: YAMLNode) throws {
        if case .mapping = node.tree.content {
            self = .policy(try PolicySpecification(file: node.text))
        } else if let whole = try? node.int() {
            self = .integer(whole)
        } else if let number = try? node.double() {
            self = .number(number)
        } else {
            self = .word(try node.string())
        }
    }
}

extension Standing {
    func throughJSON() throws -> Standing {
        try JSONDecoder().decode(Standing.self, from: JSONEncoder().encode(self))
    }

    /// The next round's, had this verdict been carried out: new scores, fewer choices, children on probation, the state.
    func following(_ verdict: Verdict) -> Standing {
        var next = self
        next.round += 1
        next.state = verdict.state
        for item in verdict.dropChoices {
            guard let slot = space.slots.firstIndex(where: { $0.name == item.slot }),
                let place = next.space.slots[slot].choices.firstIndex(of: item.choice)
            else { continue }
            next.space.slots[slot].choices.remove(at: place)
            next.space.slots[slot].indices.remove(at: place)
            next.operators.removeAll { $0.slot == item.slot && $0.choice == item.choice }
        }
        let (keep, probation) = (Set(verdict.keep), Set(verdict.probation))
        next.survivors = survivors.filter { keep.contains($0.child) || probation.contains($0.child) }
        for place in next.survivors.indices {
            let survivor = next.survivors[place]
            next.survivors[place].probation = probation.contains(survivor.child)
            let value = Double(survivor.choices.reduce(next.round) { ($0 * 131 + $1) % 97 }) / 97
            if survivor.mean != nil { next.survivors[place].mean = value }
        }
        next.space.alive = isListed ? keep.count : space.alive / 10
        return next
    }
}

extension Verdict {
    /// With every list in an order of its own.
    func sorted() -> Verdict {
        var verdict = self
        verdict.keep.sort()
        verdict.dropped.sort { $0.child < $1.child }
        verdict.dropChoices.sort { ($0.slot, $0.choice) < ($1.slot, $1.choice) }
        verdict.probation.sort()
        return verdict
    }
}
