import Foundations
import Supernets

/// The chain a run's digest is: each round's link hashes the link before, the round, its decisions and scores, and every
/// parameter's canonical name with its weights, momentum or statistics. Names of runs, paths, clocks and work done again
/// after a kill are outside.
enum RoundDigest {
    static func advance(_ digest: String, row: RoundRow, scores: [ScoreRow], weights: SharedWeights) -> String {
        var hash = SHA256()
        hash.update(Array(digest.utf8))
        var row = row
        // What a program wrote on its log, and where a truth table lies.
        (row.notes, row.stamp) = (nil, nil)
        hash.update(JSON.bytes(row))
        for score in scores { hash.update(JSON.bytes(score)) }
        for (group, arena) in weights.arenas.enumerated() {
            for (index, parameter) in weights.layout.parameters.enumerated() {
                hash.update(Array("\(group)/\(parameter.name)/".utf8))
                let offset = weights.layout.offsets[index]
                func add(_ pointer: UnsafeMutablePointer<Float>) {
                    hash.update(UnsafeRawBufferPointer(start: pointer + offset, count: parameter.count * 4))
                }
                if parameter.role.isLearnt {
                    add(arena.learnt.pointer)
                    add(arena.momentum.pointer)
                } else {
                    add(arena.statistics.pointer)
                }
            }
        }
        return hash.finalize().description
    }
}
