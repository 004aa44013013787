extension SearchSpace {
    /// How much each slot counts where children are compared by their choices; nil for all alike.
    ///
    /// - `depth`: slot s of n (from 0) weighs n - s; slots stand in the order the network computes them.
    /// - `macs`: the mean over the slot's choices of how many multiply-adds of one image that choice costs above the
    ///   slot's cheapest one, all other slots at their first choice; all slots alike where no slot decides about any.
    ///
    /// - Throws: ``YAMLError`` where a layer does not fit the image size.
    /// - Cost: `macs` builds one graph a choice.
    package func slotWeights(
        _ weighted: Grouping.Weighted, input: FeatureShape, classes: Int
    ) throws -> [Double]? {
        switch weighted {
        case .none: return nil
        case .depth: return slots.indices.map { Double(slots.count - $0) }
        case .macs:
            let weights = try slots.indices.map { slot -> Double in
                let costs = try slots[slot].choices.indices.map { choice -> Int in
                    var choices = [UInt8](repeating: 0, count: slots.count)
                    choices[slot] = UInt8(choice)
                    return try graph(of: Child(choices), input: input, classes: classes).multiplyAdds
                }
                let least = costs.min() ?? 0
                return Double(costs.reduce(0) { $0 + $1 - least }) / Double(costs.count)
            }
            return weights.contains { $0 > 0 } ? weights : nil
        }
    }
}
