import Architectures
import Foundations
import Networks
import Tensors

extension SharedWeights {
    /// Bytes of one arena: weights, momentum, gradient and statistics.
    package static func arenaBytes(_ layout: ParameterLayout) -> Int {
        4 * (3 * layout.learntCount + layout.statisticCount)
    }

    /// Refuses more arenas than there is memory available for, before any is made.
    ///
    /// - Throws: ``SharingError`` with both sizes, exit 3.
    package static func checkMemory(
        _ layout: ParameterLayout, arenas: Int, memory: Int = Machine.availableBytes
    ) throws {
        let (needed, overflow) = arenaBytes(layout).multipliedReportingOverflow(by: arenas)
        guard overflow || needed > memory else { return }
        let megabyte = 1 << 20
        throw SharingError(
            "\(arenas) sets of weights need \((overflow ? Int.max : needed) / megabyte) MB "
                + "(\(arenaBytes(layout) / 1024) kB each), \(memory / megabyte) MB are available",
            hint: "fewer groups or a smaller network; groups of one child each need a set of weights a child")
    }

    /// New arenas, each a copy of its parent's.
    ///
    /// - Parameters:
    ///   - parents: by new arena the old one; an arena that nobody inherits is gone.
    ///   - reset: what arenas whose parent was really split, by two heirs or more, do not inherit. `momentum`: momentum is
    ///     zero and no parameter counts as used, as before the first step. `weights`: all is as at the start of the run.
    ///   - seed: of the first initialisation.
    /// - Cost: one copy of an arena for each heir but the first.
    package func split(parents: [Int], reset: Grouping.Reset = .none, seed: UInt64) {
        let heirs = Dictionary(grouping: parents) { $0 }.mapValues(\.count)
        var taken: Set<Int> = []
        let old = arenas
        arenas = parents.map { taken.insert($0).inserted ? old[$0] : old[$0].copy(layout) }
        for (arena, parent) in zip(arenas, parents) where heirs[parent]! > 1 { self.reset(arena, reset, seed: seed) }
    }

    /// The old arenas whose weights no new arena begins with: those nobody inherits, and with the reset `weights` those
    /// that are really split. Children that leave in such a split need them kept elsewhere.
    package static func lost(arenas: Int, parents: [Int], reset: Grouping.Reset) -> [Int] {
        let heirs = Dictionary(grouping: parents) { $0 }.mapValues(\.count)
        return (0..<arenas).filter { heirs[$0] == nil || reset == .weights && heirs[$0]! > 1 }
    }

    private func reset(_ arena: Arena, _ reset: Grouping.Reset, seed: UInt64) {
        guard reset != .none else { return }
        arena.momentum.pointer.update(repeating: 0, count: arena.momentum.count)
        arena.used = Array(repeating: false, count: layout.parameters.count)
        if reset == .weights { SharedWeights.initialise(arena, layout, seed: seed) }
    }

    /// Takes the values of some parameters from weights of the same layout: weights, momentum, statistics and use.
    package func take(
        _ wanted: (Parameter) -> Bool, into arena: Int, from other: SharedWeights, arena source: Int
    ) {
        require(layout.parameters == other.layout.parameters, "weights of another layout")
        for (index, parameter) in layout.parameters.enumerated() where wanted(parameter) {
            let slot = WeightSlot(arena: arena, parameter: index)
            let given = WeightSlot(arena: source, parameter: index)
            values(slot).update(from: other.values(given), count: parameter.count)
            arenas[arena].used[index] = other.arenas[source].used[index]
            guard parameter.role.isLearnt else { continue }
            let offset = layout.offsets[index]
            (arenas[arena].momentum.pointer + offset).update(
                from: other.arenas[source].momentum.pointer + offset, count: parameter.count)
        }
    }
}
