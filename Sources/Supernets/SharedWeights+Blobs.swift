import Foundations
import Tensors

/// The bytes of one group's arena as a checkpoint keeps them: little-endian floats in the order of the layout, and one
/// byte a parameter for `used`.
package struct ArenaBlob: Sendable {
    /// For example `arena/0/weights`; the kinds are weights, momentum, statistics and used.
    package let name: String
    package let bytes: [UInt8]

    package init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}

extension SharedWeights {
    /// Every arena, group by group. Cost: one copy of the state.
    package func blobs() -> [ArenaBlob] { arenas.indices.flatMap { blobs(of: $0, as: "arena/\($0)") } }

    /// One arena under a name of its own.
    package func blobs(of index: Int, as name: String) -> [ArenaBlob] {
        let arena = arenas[index]
        return [
            ArenaBlob(name: "\(name)/weights", bytes: bytes(arena.learnt.pointer, layout.learntCount)),
            ArenaBlob(name: "\(name)/momentum", bytes: bytes(arena.momentum.pointer, layout.learntCount)),
            ArenaBlob(name: "\(name)/statistics", bytes: bytes(arena.statistics.pointer, layout.statisticCount)),
            ArenaBlob(name: "\(name)/used", bytes: arena.used.map { $0 ? 1 : 0 }),
        ]
    }

    /// Puts back what ``blobs()`` gave for as many groups as this has; false where a size does not fit the layout.
    package func restore(_ read: (_ name: String) throws -> [UInt8]) rethrows -> Bool {
        for index in arenas.indices where try !restore(index, from: "arena/\(index)", read) { return false }
        return true
    }

    /// Puts one arena back from the name it was kept under.
    package func restore(_ index: Int, from name: String, _ read: (_ name: String) throws -> [UInt8]) rethrows -> Bool {
        let arena = arenas[index]
        let used = try read("\(name)/used")
        guard used.count == layout.parameters.count,
            put(try read("\(name)/weights"), arena.learnt.pointer, layout.learntCount),
            put(try read("\(name)/momentum"), arena.momentum.pointer, layout.learntCount),
            put(try read("\(name)/statistics"), arena.statistics.pointer, layout.statisticCount)
        else { return false }
        arena.used = used.map { $0 != 0 }
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
