@_exported import CKernels
import Foundations

/// The kernels of one CPU level: the C table of `CKernels/include/kernels.h`, which states every formula and shape.
///
/// Two levels round differently (fused multiply-add or not, wider or narrower tiles), so a level is part of what makes
/// a run repeatable. Within a level a result depends on nothing but the inputs.
///
/// A file that calls them imports `Tensors` and, for the members of the C types, `CKernels`.
///
///     let kernels = try Kernels.select(named: nil)
///     kernels.table.pointee.add(a.pointer, b.pointer, a.count)
package struct Kernels: Sendable {
    package enum Level: String, Sendable, CaseIterable {
        /// AVX-512: 32 registers of 16 floats.
        case v4
        /// AVX2 and FMA: 16 registers of 8 floats.
        case v3
        /// Plain C for any CPU.
        case portable
    }

    package let level: Level
    // The tables are constants of the program: never written, never freed.
    package nonisolated(unsafe) let table: UnsafePointer<esp_kernels>

    /// The kernels of a level, or nil where this CPU or this build cannot run it.
    package init?(_ level: Level) {
        guard let table = esp_kernels_for(level.rawValue) else { return nil }
        self.level = level
        self.table = table
    }

    /// The levels this CPU runs, best first; never empty.
    package static var available: [Kernels] { Level.allCases.compactMap { Kernels($0) } }

    package static func best() -> Kernels { available[0] }

    /// The level a user names, or the best one for nil. Throws ``TensorsError`` for an unknown level and for one that
    /// this CPU cannot run.
    package static func select(named name: String?) throws -> Kernels {
        guard let name else { return best() }
        guard let level = Level(rawValue: name) else { throw TensorsError.unknownLevel(name) }
        guard let kernels = Kernels(level) else { throw TensorsError.unsupportedLevel(level) }
        return kernels
    }
}
