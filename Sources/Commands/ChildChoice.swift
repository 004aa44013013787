import Architectures
import Rankings
import Searches

/// Which children of a space: all, a list, or a few spread from one end of an order to the other.
package struct ChildChoice {
    enum Kind {
        case all
        case listed([String])
        case spread(Int)
    }

    let kind: Kind

    /// Reads `all`, `spread:N` or labels separated by commas.
    package init(_ text: String) throws {
        if text == "all" {
            kind = .all
        } else if text.hasPrefix("spread:") {
            guard let count = Int(text.dropFirst("spread:".count)), 1...20_000 ~= count else {
                throw Usage(message: "--children: expected spread:N with N from 1 to 20000, found \(text)")
            }
            kind = .spread(count)
        } else {
            kind = .listed(text.split(separator: ",", omittingEmptySubsequences: false).map(String.init))
        }
    }

    /// The labels, in the space's order.
    ///
    /// - Parameters:
    ///   - space: of which only the children of `only` count, where it names some.
    ///   - table: the order that `spread` takes children from, best first; without one it is that of parameters and then
    ///     multiply-adds, at the image size of the space's file.
    /// - Throws: where a child does not exist or is named twice, or the children are too many to list.
    package func labels(of choice: Recipe.SpaceChoice, by table: TruthTable?) throws -> [String] {
        let space = try choice.resolve()
        let chosen: [Child]
        switch kind {
        case .all: chosen = try ChildChoice.all(choice, space)
        case .listed(let names):
            chosen = try names.map { try space.child(named: $0) }
            if let twice = chosen.first(where: { child in chosen.count { $0 == child } > 1 }) {
                throw Usage(message: "--children: \(space.label(of: twice)) stands twice")
            }
        case .spread(let count):
            let order = try table.map { try ChildChoice.ranked($0, space) } ?? ChildChoice.bySize(choice, space)
            guard count <= order.count else {
                throw Usage(message: "--children: spread:\(count) of \(order.count) children")
            }
            chosen = ChildChoice.places(count, of: order.count).map { order[$0] }
        }
        return chosen.sorted().map { space.label(of: $0) }
    }

    /// Evenly spaced places of 0 ..< n, both ends among them: round(k (n - 1) / (count - 1)), halves up; for one the middle.
    package static func places(_ count: Int, of n: Int) -> [Int] {
        guard count > 1 else { return [(n - 1) / 2] }
        return (0..<count).map { k in (2 * k * (n - 1) + count - 1) / (2 * (count - 1)) }
    }

    private static func all(_ choice: Recipe.SpaceChoice, _ space: SearchSpace) throws -> [Child] {
        if let only = try choice.children(of: space) { return only }
        guard let children = Restriction(space).list(limit: 20_000) else {
            throw Usage(
                message: "\(space.name) has too many children to list",
                hint: "name some by --children, or spread:N by --spread-by")
        }
        return children
    }

    /// Best first; equal ones in the order of the table.
    private static func ranked(_ table: TruthTable, _ space: SearchSpace) throws -> [Child] {
        let order = table.means.indices.sorted { a, b in
            table.means[a] == table.means[b] ? a < b : table.means[a] > table.means[b]
        }
        return try order.map { try space.child(label: table.labels[$0]) }
    }

    /// Largest first; equal ones in the space's order.
    private static func bySize(_ choice: Recipe.SpaceChoice, _ space: SearchSpace) throws -> [Child] {
        let sized = try all(choice, space).sorted().map { child in
            let graph = try space.graph(of: child, input: space.checkedInput, classes: 10)
            return (child: child, params: graph.parameterCount, macs: graph.multiplyAdds)
        }
        return sized.enumerated().sorted { a, b in
            (b.element.params, b.element.macs, a.offset) < (a.element.params, a.element.macs, b.offset)
        }.map(\.element.child)
    }
}
