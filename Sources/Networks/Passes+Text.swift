import Foundations

extension Passes {
    /// The passes a user names: a list of names, `all` or `none`, separated by commas; `-name` takes one away again. Read
    /// from left to right; a list that begins with `-name` starts from all.
    ///
    ///     all,-collapse        every pass but one
    ///     norm-on-load,relu-on-load
    ///
    /// - Parameter text: nil takes all.
    /// - Throws: ``PassesError`` for a name that is no pass.
    package init(named text: String?) throws {
        var found = Passes.all
        let words = (text ?? "all").split(separator: ",", omittingEmptySubsequences: false)
        for (place, word) in words.enumerated() {
            let name = String(word.trimming(while: \.isWhitespace))
            if name.hasPrefix("-") {
                found.subtract(try Passes.pass(String(name.dropFirst())))
                continue
            }
            if place == 0 { found = [] }
            switch name {
            case "all": found = .all
            case "none": found = []
            default: found.formUnion(try Passes.pass(name))
            }
        }
        self = found
    }

    private static func pass(_ name: String) throws -> Passes {
        guard let row = table.first(where: { $0.name == name }) else { throw PassesError(name: name) }
        return row.pass
    }
}

/// A name that is no pass.
package struct PassesError: Complaint, Equatable {
    let name: String

    package var exitCode: ExitCode { .usage }

    package var message: String {
        let known = Passes.table.map(\.name).joined(separator: ", ")
        return "unknown pass '\(name)' in ESPALIER_PASSES: known are \(known), all, none"
    }

    package var hint: String {
        nearestName(to: name, among: Passes.table.map(\.name) + ["all", "none"]).map { "did you mean '\($0)'?" }
            ?? "leave it unset to take all"
    }
}

extension Substring {
    fileprivate func trimming(while isBlank: (Character) -> Bool) -> Substring {
        var rest = drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return rest
    }
}
