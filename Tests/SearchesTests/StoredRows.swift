import Checkpoints
import Foundation
import Foundations
import Searches

/// What the tests read of a stored decision, by a reader of their own.
struct StoredRound: Decodable {
    let round: Int
    let step: Int
    let fraction: Double
    let role: String
    let scorings: Int
    let images: Int
    let macs: Int
    let survivors: [String]
    let dropped: [Dropped]
    let groups: [[String]]
    let parents: [Int]
    let probation: [String]?
    let droppedChoices: [DroppedChoice]?
    let alive: String?
    let cut: Double?
    let agreement: Double?
    let looError: Double?
    let policy: String
    let policyVersion: String
    let notes: [String]?

    struct DroppedChoice: Decodable {
        let slot: String
        let choice: String
    }

    struct Dropped: Decodable {
        let child: String
        let reason: String
    }
}

/// What the tests read of one child's scores in one round.
struct StoredScore: Decodable, Equatable {
    let child: String
    let index: Int?
    let group: Int
    let macs: Int
    let score: Double
    let standardError: Double
    let rank: Int
    let snapshots: [Double]
    let steps: [Int]
    let losses: [Double]
    let accuracies: [Double]
    let images: Int
    let kept: Bool
    let reason: String?
    let mean: Double?
    let margin: Double?
    let confidence: Double?
    let probation: Bool?
}

extension CheckpointStore {
    func decisions() throws -> [StoredRound] {
        try rounds().map { try JSONDecoder().decode(StoredRound.self, from: Data($0.json.utf8)) }
    }

    func scored(_ round: Int) throws -> [StoredScore] {
        try scores(round).map { try JSONDecoder().decode(StoredScore.self, from: Data($0.json.utf8)) }
    }

    /// The checkpoint that ended a round.
    func end(ofRound round: Int) throws -> Manifest {
        guard let manifest = try manifests().first(where: { $0.isRoundEnd && $0.round == round + 1 }) else {
            throw Missing(what: "the end of round \(round)")
        }
        return manifest
    }
}

struct Missing: Error {
    let what: String
}
