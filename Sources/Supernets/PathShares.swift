import Foundations
import Networks

/// Which part of a child's input-to-output paths runs through each of its layer calls.
///
/// share(n) = paths from the image to n * paths from n to the logits / all paths, by a forward and a backward sum. A
/// `zero` starts no path, so whatever only it feeds has the share 0. Edges that stand twice are two paths.
///
/// Calls that every path meets cut the network into blocks, and paths are counted inside each block only: the share is
/// the same, and a deep network's astronomical numbers of paths never arise. Cost: linear in calls and edges; exact up to
/// 2^53 paths a block.
package struct PathShares {
    /// By plan node: 0...1.
    package private(set) var share: [Double]

    /// - Parameter nodes: inputs first; node 0 is the image.
    package init(_ nodes: [PlanNode], output: Int) {
        share = Array(repeating: 0, count: nodes.count)
        let live = PathShares.onPaths(nodes, output: output)
        guard live[output] else { return }
        let cut = PathShares.cuts(nodes, live: live)
        var toNode = share
        var fromNode = share
        for (index, node) in nodes.enumerated() where live[index] {
            for input in node.inputs where live[input] { toNode[index] += cut[input] ? 1 : toNode[input] }
        }
        var ofBlock = 1.0
        for (index, node) in nodes.enumerated().reversed() where live[index] {
            share[index] = cut[index] ? 1 : toNode[index] * fromNode[index] / ofBlock
            // Going backwards, what reaches a cut are the paths of the block it ends.
            if cut[index] { ofBlock = toNode[index] }
            for input in node.inputs where live[input] { fromNode[input] += cut[index] ? 1 : fromNode[index] }
        }
    }

    /// Which nodes every path meets: those that no edge leaps over.
    private static func cuts(_ nodes: [PlanNode], live: [Bool]) -> [Bool] {
        var reach = [Int](repeating: 0, count: nodes.count)
        for (index, node) in nodes.enumerated() where live[index] {
            for input in node.inputs where live[input] { reach[input] = index }
        }
        var furthest = 0
        return nodes.indices.map { index in
            guard live[index] else { return false }
            defer { furthest = max(furthest, reach[index]) }
            return furthest <= index
        }
    }

    /// Which nodes lie on a path from the image to the output.
    private static func onPaths(_ nodes: [PlanNode], output: Int) -> [Bool] {
        var begun = [Bool](repeating: false, count: nodes.count)
        begun[0] = true
        for (index, node) in nodes.enumerated() where node.layer != .zero && node.inputs.contains(where: { begun[$0] })
        {
            begun[index] = true
        }
        var live = [Bool](repeating: false, count: nodes.count)
        live[output] = begun[output]
        for (index, node) in nodes.enumerated().reversed() where live[index] {
            for input in node.inputs where begun[input] { live[input] = true }
        }
        return live
    }
}
