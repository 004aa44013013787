import Foundations

extension Recipe {
    /// The keys whose values differ, in the order of a recipe's text: `train.batch: 32, not 16`, this recipe's value first.
    ///
    /// Where data lie is left out: a run is resumed with data from anywhere.
    package func differences(from other: Recipe) throws -> [String] {
        let (mine, theirs) = (try values(), try other.values())
        let place = Dictionary(theirs, uniquingKeysWith: { $1 })
        let own = Dictionary(mine, uniquingKeysWith: { $1 })
        let keys = mine.map(\.0) + theirs.map(\.0).filter { own[$0] == nil }
        return keys.filter { own[$0] != place[$0] && $0 != "data.folder" }
            .map { "\($0): \(own[$0] ?? "nothing"), not \(place[$0] ?? "nothing")" }
    }

    /// Every scalar of the resolved text by its path.
    private func values() throws -> [(String, String)] {
        func scalars(_ node: YAMLNode) throws -> [(String, String)] {
            switch node.tree.content {
            case .scalar(let text, _): [(node.path, text.shortened)]
            case .list(let items) where items.isEmpty: [(node.path, "[]")]
            case .list: try node.list().flatMap(scalars)
            case .mapping: try node.entries().flatMap { try scalars($0.value) }
            }
        }
        return try scalars(StrictYAML.parse(text, path: "recipe"))
    }
}
