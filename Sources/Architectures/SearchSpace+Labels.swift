import Foundations

extension SearchSpace {
    /// The child's choices in one word, such as `434`.
    package func label(of child: Child) -> String {
        check(child)
        return child.choices.map { "\(Int($0) + description.labels.first)" }.joined(separator: description.labels.separator)
    }

    /// The child a label names. Throws ``ArchitectureError`` that names the slot whose digit is wrong.
    package func child(label: String) throws -> Child {
        let style = description.labels
        let parts =
            style.separator.isEmpty
            ? label.map { String($0) }
            : label.split(separator: style.separator, omittingEmptySubsequences: false).map(String.init)
        func refuse(_ problem: String) -> ArchitectureError {
            ArchitectureError("'\(label.shortened)' names no child of \(name): \(problem)")
        }
        let example = self.label(of: order.counts.isEmpty ? Child([]) : Child(slots.map { UInt8($0.choices.count - 1) }))
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

    /// The child a user names by label or genotype.
    package func child(named text: String) throws -> Child {
        text.contains(where: { " |~,".contains($0) }) || slots.contains(where: { text.hasPrefix($0.name) })
            ? try child(genotype: text) : try child(label: text)
    }
}
