import Foundations

/// What was wrong with numbers or a table given to be ranked: where, what was expected, what was found.
package struct RankingsError: Complaint, Equatable {
    package let message: String
    package let hint: String
    package var exitCode: ExitCode { .usage }

    package init(_ message: String, hint: String = "") {
        self.message = message
        self.hint = hint
    }

    /// `path:line: expected ..., found ...`, the form of every error about a file.
    static func at(_ path: String, _ line: Int, _ text: String, hint: String = "") -> RankingsError {
        RankingsError("\(path):\(line): \(text)", hint: hint)
    }
}

/// Refuses lists of different lengths and NaN, which has no place in an order. Infinities are ordered and pass.
///
/// - Cost: one look at each number.
func refuseUnordered(_ lists: [(name: String, values: [Double])]) throws {
    guard let first = lists.first else { return }
    for list in lists {
        if list.values.count != first.values.count {
            throw RankingsError(
                "\(list.name) holds \(list.values.count) values, expected \(first.values.count) as in \(first.name)")
        }
        if let place = list.values.firstIndex(where: \.isNaN) {
            throw RankingsError("\(list.name)[\(place)] is NaN, expected a number that can be ordered")
        }
    }
}

/// Up to eight names between commas, quoted and escaped, and how many more there are.
func listed(_ names: [String]) -> String {
    let shown = names.prefix(8).map { $0.debugDescription }.joined(separator: ", ")
    return names.count > 8 ? "\(shown) and \(names.count - 8) more" : shown
}
