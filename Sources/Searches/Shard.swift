/// One of several parts of a list, dealt out in turn: for processes side by side and the tasks of a job array.
package struct Shard: Hashable, Sendable {
    /// From 0.
    package let index: Int
    package let count: Int

    /// Parts count from 0 or from 1: `4/4` is `0/4`, so both ways of counting name every part once.
    package init?(index: Int, count: Int) {
        guard count >= 1, 0...count ~= index else { return nil }
        self.index = index % count
        self.count = count
    }

    /// Reads `i/n`.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let index = parts[0], let count = parts[1] else { return nil }
        self.init(index: index, count: count)
    }

    /// Whether the item at a place of the list, from 0, is in this part.
    package func has(_ place: Int) -> Bool { place % count == index }
}
