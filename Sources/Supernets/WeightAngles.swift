import Architectures
import Foundations
internal import Glibc
import Networks

/// The weight angle of AngleNAS (Hu et al., ECCV 2020, arXiv 2004.13431): how far a child's weights have turned since
/// their initialisation. A larger angle goes with a better child.
///
/// angle = acos(<V0, V> / (|V0| |V|)) in radians. V strings together what stands on every path from the image to the
/// logits, path by path, so a value that lies on n paths counts n times:
/// - weights of convolutions, depthwise convolutions and linear layers, V0 as first drawn, V as they are now;
/// - for a pooling, average or maximum, k^2 values of 1/k^2 a channel, the same in both (the authors' code does so for
///   both kinds);
/// - nothing for an identity, a ReLU, a sum or the global average pool;
/// - a path through a `zero` is left out.
///
/// The angle is the same for the number of paths and for the share of all paths. The authors' code takes the paths of each
/// cell by themselves, so that stem, reductions and head count once however many paths a cell has; here they count as
/// often as there are paths.
///
/// Gains, shifts, biases and running statistics do not count. (The authors' NAS-Bench-201 script also counts those of
/// stem, reductions and head, the others only weights.)
///
/// Every product of a parameter is taken once, at its first use, and is then one of a child's few hundred summands; make
/// a new instance once the weights have changed. Cost: one pass over the weights asked for, and one plan a child.
package final class WeightAngles {
    /// Sums over a parameter's values.
    private struct Products {
        var initial: Double
        var mixed: Double
        var present: Double
    }

    private let supernet: Supernet
    private let initial: SharedWeights
    private var table: [WeightSlot: Products] = [:]

    /// - Parameter initial: the weights to measure from, in arena 0, with the supernet's layout.
    package init(_ supernet: Supernet, initial: SharedWeights) {
        require(initial.layout.parameters == supernet.layout.parameters, "initial weights of another layout")
        self.supernet = supernet
        self.initial = initial
    }

    /// - Parameter seed: the one the supernet's weights were drawn with; they are drawn again.
    package convenience init(_ supernet: Supernet, seed: UInt64) {
        self.init(supernet, initial: SharedWeights(layout: supernet.layout, arenas: 1, seed: seed))
    }

    /// 0...pi; 0 where no path leads to the logits, or where either vector is all zeros. Angles below about 1e-7 drown in
    /// rounding.
    package func angle(of child: Child) throws -> Double {
        let plan = try supernet.plan(of: [child])
        let paths = PathShares(plan.nodes, output: plan.outputs[0])
        var sum = Products(initial: 0, mixed: 0, present: 0)
        for (index, node) in plan.nodes.enumerated() {
            let share = paths.share[index]
            guard share > 0 else { continue }
            let products: Products
            switch node.layer {
            case .convolution, .depthwise, .linear: products = self.products(node.slots[0])
            case .averagePool(let window), .maxPool(let window):
                let norm = Double(node.shape.channels) / Double(window.kernel * window.kernel)
                products = Products(initial: norm, mixed: norm, present: norm)
            case .input, .batchNorm, .relu, .sum, .concatenation, .zero, .globalAveragePool: continue
            }
            sum.initial += share * products.initial
            sum.mixed += share * products.mixed
            sum.present += share * products.present
        }
        guard sum.initial > 0 && sum.present > 0 else { return 0 }
        // One root of the product: of equal vectors the quotient is then exactly 1.
        return acos(max(-1, min(1, sum.mixed / (sum.initial * sum.present).squareRoot())))
    }

    /// By slot and choice the mean angle over those of `children` that have the choice there; nil where none has.
    ///
    /// Cost: one ``angle(of:)`` a child. Sums in the order of the list.
    package func byChoice(children: [Child]) throws -> [[Double?]] {
        let slots = supernet.space.slots
        var sums = slots.map { $0.choices.map { _ in 0.0 } }
        var counts = slots.map { $0.choices.map { _ in 0 } }
        for child in children {
            let angle = try angle(of: child)
            for (slot, choice) in child.choices.enumerated() {
                sums[slot][Int(choice)] += angle
                counts[slot][Int(choice)] += 1
            }
        }
        return zip(sums, counts).map { zip($0, $1).map { $1 == 0 ? nil : $0 / Double($1) } }
    }

    private func products(_ slot: WeightSlot) -> Products {
        if let known = table[slot] { return known }
        let before = initial.values(WeightSlot(arena: 0, parameter: slot.parameter))
        let now = supernet.weights.values(slot)
        let count = supernet.layout.parameters[slot.parameter].count
        let products = Products(
            initial: dotProduct(before, before, count: count), mixed: dotProduct(before, now, count: count),
            present: dotProduct(now, now, count: count))
        table[slot] = products
        return products
    }
}
