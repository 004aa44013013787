import Foundations
import FoundationEssentials

/// `run.json`: what is known about a run outside LMDB, so that an empty or rolled-back store is not taken for it.
package struct RunCard: Codable, Sendable, Equatable {
    package let id: String
    /// When the run was created, ISO 8601 in UTC.
    package let created: String
    package var schema: Int
    /// The newest checkpoint that ended a round: a store whose head lies before it has been rolled back.
    package var floor: Int

    static func read(_ folder: RunFolder) throws -> RunCard {
        let bytes = try Files.read(folder.card, limit: 65_536)
        do {
            return try JSONDecoder().decode(RunCard.self, from: Data(bytes))
        } catch {
            throw StoreError(.corrupt, cannot: "read", folder.card, because: "it is not the card of a run")
        }
    }

    func write(to path: String) throws {
        let encoder = JSONEncoder.canonical
        encoder.outputFormatting.insert(.prettyPrinted)
        try Files.replace(path, with: [UInt8](encoder.encode(self)) + [10])
    }
}
