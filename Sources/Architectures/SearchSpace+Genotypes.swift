import Foundations

extension SearchSpace {
    /// The child's operators by name: `0->1 sep_conv_5x5, 0->2 ...` or `|op~0|+|op~0|op~1|`, as the space declares.
    package func genotype(of child: Child) -> String {
        check(child)
        switch description.notation {
        case .edges:
            return slots.indices.map { "\(slots[$0].name) \(choice(of: child, atSlot: $0))" }.joined(separator: ", ")
        case .nodeStrings:
            return groups.map { group in
                "|" + group.enumerated().map { "\(choice(of: child, atSlot: $1))~\($0)|" }.joined()
            }.joined(separator: "+")
        }
    }

    /// The child a genotype names; read strictly and never evaluated. Throws ``ArchitectureError`` that quotes the
    /// offending part and the nearest operator.
    package func child(genotype text: String) throws -> Child {
        switch description.notation {
        case .edges: try child(edges: text)
        case .nodeStrings: try child(nodeStrings: text)
        }
    }

    /// Slots may come in any order, each exactly once.
    private func child(edges text: String) throws -> Child {
        var choices = [UInt8?](repeating: nil, count: slots.count)
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let words = part.split(separator: " ").map(String.init)
            guard words.count == 2 else {
                throw refuse(text, "expected 'slot operator' between commas, found '\(String(part).shortened)'")
            }
            guard let slot = slots.firstIndex(where: { $0.name == words[0] }) else {
                throw refuse(
                    text, "unknown slot '\(words[0].shortened)'\(suggestion(for: words[0], among: slots.map(\.name)))")
            }
            guard choices[slot] == nil else { throw refuse(text, "the slot '\(words[0])' is given twice") }
            choices[slot] = try choice(words[1], at: slot, in: text)
        }
        if let missing = choices.firstIndex(of: nil) {
            throw refuse(text, "the slot '\(slots[missing].name)' is missing")
        }
        return Child(choices.compactMap { $0 })
    }

    private func child(nodeStrings text: String) throws -> Child {
        let parts = text.split(separator: "+", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == groups.count else {
            throw refuse(text, "expected \(groups.count) nodes joined by '+', found \(parts.count)")
        }
        var choices: [UInt8] = []
        for (node, (part, group)) in zip(parts, groups).enumerated() {
            let edges = part.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            guard edges.count == group.count + 2, edges.first == "", edges.last == "" else {
                throw refuse(
                    text, "node \(node + 1) is '\(part.shortened)', expected \(group.count) operators between '|'")
            }
            for (from, edge) in edges.dropFirst().dropLast().enumerated() {
                let words = edge.split(separator: "~", omittingEmptySubsequences: false).map(String.init)
                guard words.count == 2, words[1] == "\(from)" else {
                    throw refuse(text, "node \(node + 1) has '\(edge.shortened)', expected an operator and '~\(from)'")
                }
                choices.append(try choice(words[0], at: group[from], in: text))
            }
        }
        return Child(choices)
    }

    private func choice(_ word: String, at slot: Int, in text: String) throws -> UInt8 {
        guard let choice = slots[slot].choices.firstIndex(of: word) else {
            throw refuse(
                text,
                "unknown operator '\(word.shortened)' at slot '\(slots[slot].name)'"
                    + suggestion(for: word, among: slots[slot].choices))
        }
        return UInt8(choice)
    }

    private func refuse(_ text: String, _ problem: String) -> ArchitectureError {
        ArchitectureError("'\(text.shortened)' names no child of \(name): \(problem)")
    }

    /// Slots by the node they lead to: one for node 1, two for node 2, and so on.
    private var groups: [[Int]] {
        var groups: [[Int]] = []
        var slot = 0
        while slot < slots.count {
            groups.append(Array(slot..<min(slot + groups.count + 1, slots.count)))
            slot += groups.count
        }
        return groups
    }
}
