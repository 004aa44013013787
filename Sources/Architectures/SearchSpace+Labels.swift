import Foundations

extension SearchSpace {
    /// The child's choices in one word, such as `434`.
    package func label(of child: Child) -> String {
        check(child)
        let style = description.labels
        return child.choices.map { "\(Int($0) + style.first)" }.joined(separator: style.separator)
    }

    /// The child a label names. Throws ``ArchitectureError`` that names the slot whose digit is wrong.
    package func child(label: String) throws -> Child {
        let style = description.labels
        let parts = label.components(style.separator)
        func refuse(_ problem: String) -> ArchitectureError {
            ArchitectureError("'\(label.shortened)' names no child of \(name): \(problem)")
        }
        let example = self.label(of: Child(slots.map { UInt8($0.choices.count - 1) }))
        guard parts.count == slots.count else {
            throw refuse("expected \(slots.count) choices, such as \(example), found \(parts.count)")
        }
        return Child(
            try zip(parts, slots).map { part, slot in
                let last = style.first + slot.choices.count - 1
                guard let number = Int(part), "\(number)" == part, style.first...last ~= number else {
                    throw refuse("the choice at slot '\(slot.name)' is '\(part)', expected \(style.first) to \(last)")
                }
                return UInt8(number - style.first)
            })
    }

    /// The child's number in 0 ..< count; nil where the space has more children than `Int.max`.
    package func index(of child: Child) -> Int? {
        check(child)
        return order.index(of: child)
    }

    /// The child with an index. Throws ``ArchitectureError`` outside 0 ..< count.
    package func child(at index: Int) throws -> Child {
        guard let count else { throw ArchitectureError("the children of \(name) are too many to be numbered") }
        guard 0..<count ~= index else {
            throw ArchitectureError("there is no child \(index) of \(name), expected 0 to \(count - 1)")
        }
        return order.child(at: index)
    }

    /// The child a user names by label or genotype; only a genotype has a space, comma, `|` or `~`. Throws
    /// ``ArchitectureError`` that, for a label, names the nearest one.
    package func child(named text: String) throws -> Child {
        if text.contains(where: { " |~,".contains($0) }) { return try child(genotype: text) }
        do {
            return try child(label: text)
        } catch let error as ArchitectureError {
            throw ArchitectureError(error.message, hint: "the nearest is '\(nearestLabel(to: text))'")
        }
    }

    /// Slot by slot the nearest choice there is; a missing slot takes its first, and what is no number too.
    package func nearestLabel(to text: String) -> String {
        let style = description.labels
        let parts = text.components(style.separator)
        return label(
            of: Child(
                slots.indices.map { slot in
                    guard slot < parts.count, let number = Int(parts[slot]) else { return 0 }
                    let last = style.first + slots[slot].choices.count - 1
                    return UInt8(min(max(number, style.first), last) - style.first)
                }))
    }
}

extension String {
    /// Between separators; letter by letter where there is none.
    fileprivate func components(_ separator: String) -> [String] {
        separator.isEmpty
            ? map { String($0) } : split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}
