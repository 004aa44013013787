import Checkpoints
import Foundation
import Foundations

/// `truth.json` in the folder of a truth's runs: what they all have in common.
struct TruthCard: Codable {
    var schema = "espalier.truth-runs/1"
    let name: String
    /// The resolved recipe without child and seed.
    let recipe: String
    /// The SHA-256 of all that decides the runs' bytes, beside child, seed and images.
    let identity: String
}

extension StandAloneTruth {
    private var path: String { root + "/truth.json" }

    private var card: TruthCard {
        get throws {
            let identity = recipe.identity(space: try recipe.space.resolve())
            return TruthCard(
                name: name, recipe: recipe.text, identity: SHA256.digest(of: Array(identity.utf8)).description)
        }
    }

    /// - Throws: ``SearchError/otherTruth(name:differences:)`` where a truth of this name was made with another recipe.
    func checkRecipe() throws {
        guard !FileManager.default.fileExists(atPath: root + "/run.json") else {
            throw SearchError.otherRecipe(run: folder.name)
        }
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        // A card alone is of a call that has not begun a training.
        guard entries.contains("truth.json"), entries.count > 1 else { return }
        guard let bytes = try? RegularFile.read(path, limit: 16 << 20),
            let stored = JSON.decode(TruthCard.self, String(decoding: bytes, as: UTF8.self))
        else { throw SearchError.unreadableState(run: name, what: "card \(path)") }
        guard try stored.identity != card.identity else { return }
        let other = try Recipe(
            StrictYAML.parse(stored.recipe, path: "\(name): stored recipe"), resolvingPolicy: false)
        throw SearchError.otherTruth(name: name, differences: try recipe.differences(from: other))
    }

    func writeCard() throws {
        do {
            try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
            try Data(JSON.bytes(card)).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch let error as any Complaint {
            throw error
        } catch {
            throw SearchError.cannotWrite(path: path)
        }
    }
}
