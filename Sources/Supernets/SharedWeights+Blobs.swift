import Foundations
import Tensors

/// The bytes of one group's arena as a checkpoint keeps them: little-endian floats in the order of the layout, and one
/// byte a parameter for `used`.
package struct ArenaBlob: Sendable {
    /// For example `arena/0/weights`; the kinds are weights, momentum, statistics and used.
    package let name: String
    package let bytes: [UInt8]
}

extension SharedWeights {
    /// Every arena, group by group. Cost: one copy of the state.
    package func blobs() -> [ArenaBlob] {
        arenas.enumerated().flatMap { index, arena in
            [
                ArenaBlob(name: "arena/\(index)/weights", bytes: bytes(arena.learnt.pointer, layout.learntCount)),
                ArenaBlob(name: "arena/\(index)/momentum", bytes: bytes(arena.momentum.pointer, layout.learntCount)),
                ArenaBlob(
                    name: "arena/\(index)/statistics", bytes: bytes(arena.statistics.pointer, layout.statisticCount)),
                ArenaBlob(name: "arena/\(index)/used", bytes: arena.used.map { $0 ? 1 : 0 }),
            ]
        }
    }

    /// Puts back what ``blobs()`` gave for as many groups as this has; false where a size does not fit the layout.
    package func restore(_ read: (_ name: String) throws -> [UInt8]) rethrows -> Bool {
        for (index, arena) in arenas.enumerated() {
            let used = try read("arena/\(index)/used")
            guard used.count == layout.parameters.count,
                put(try read("arena/\(index)/weights"), arena.learnt.pointer, layout.learntCount),
                put(try read("arena/\(index)/momentum"), arena.momentum.pointer, layout.learntCount),
                put(try read("arena/\(index)/statistics"), arena.statistics.pointer, layout.statisticCount)
            else { return false }
            arena.used = used.map { $0 != 0 }
        }
        return true
    }

    private func bytes(_ pointer: UnsafeMutablePointer<Float>, _ count: Int) -> [UInt8] {
        Array(UnsafeRawBufferPointer(start: pointer, count: count * 4))
    }

    private func put(_ bytes: [UInt8], _ pointer: UnsafeMutablePointer<Float>, _ count: Int) -> Bool {
        guard bytes.count == count * 4 else { return false }
        UnsafeMutableRawBufferPointer(start: pointer, count: count * 4).copyBytes(from: bytes)
        return true
    }
}
