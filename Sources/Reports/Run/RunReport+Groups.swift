extension RunReport {
    /// Who shared weights with whom: the tree of groups, and how alike their members are; nil for a run without groups.
    var groups: ReportDocument.Section? {
        guard let ledger else { return nil }
        let parts: [ReportDocument.Block] = ledger.rounds.compactMap { round in
            round.groupReport { figures?.truth[$0] }.map { report in
                let made = round.grouping.map { [ReportDocument.Block.text("Made anew: \($0).")] } ?? []
                return .part("After round \(round.round)", made + [.table(report)])
            }
        }
        guard !parts.isEmpty else { return nil }
        let intro: Prose =
            """
            Children of one group share weights. Similarity is the mean share of equal choices over pairs inside a group, and \
            over pairs of one inside and one outside. Tau within is tau-b inside the group between the rankings by the last \
            two scorings\(figures == nil ? "" : ", GT-Tau within that between the round's scores and the truth").
            """
        return .init("Groups", [.text(intro), .plots([groupTree(ledger)].compactMap(\.self))] + parts)
    }

    /// A column of bars for each decision, a bar a group, a band from each group to the one it came from.
    private func groupTree(_ ledger: RunLedger) -> Plot? {
        guard let first = ledger.rounds.first, first.alive == nil else { return nil }
        var columns: [[(group: Int, members: Int, parent: Int?)]] = []
        let before = Dictionary(grouping: first.entries) { $0.group }
        columns.append(before.keys.sorted().map { ($0, before[$0]?.count ?? 0, nil) })
        for round in ledger.rounds where round.decider != .finalRanking {
            columns.append(round.groups.enumerated().map { ($0.offset, $0.element.members.count, $0.element.parent) })
        }
        let most = columns.map { column in column.reduce(0) { $0 + $1.members } }.max() ?? 1
        let widest = columns.map(\.count).max() ?? 1
        guard columns.count > 1, widest <= 64 else { return nil }
        let gap = Double(most) * 0.35 / Double(max(1, widest))
        // The place of every group, from the top.
        let spans = columns.enumerated().map { place, column in
            var top = 0.0
            return column.map { group in
                defer { top += Double(group.members) + gap }
                return Mark.Span(Double(place), top, top + Double(group.members))
            }
        }
        var marks: [Mark] = []
        var table = Table([.words("After"), .numbers("Group"), .numbers("From"), .numbers("Children")])
        for (place, column) in columns.enumerated() {
            var used: [Int: Double] = [:]
            for (index, group) in column.enumerated() {
                let span = spans[place][index]
                let root = root(place, index, columns)
                let note = "group \(group.group): \(group.members) children"
                if place > 0, let parent = group.parent,
                    let origin = columns[place - 1].firstIndex(where: { $0.group == parent })
                {
                    let from = spans[place - 1][origin].low + (used[parent] ?? 0)
                    used[parent, default: 0] += Double(group.members)
                    marks.append(
                        .ribbon(
                            from: .init(Double(place - 1), from, from + Double(group.members)), to: span, .series(root),
                            note: note))
                }
                marks.append(.bar(span, .series(root), note: note))
                if column.count <= 16 {
                    marks.append(
                        .label(.init(Double(place), (span.low + span.high) / 2), "\(group.members)", .text, dx: 8))
                }
                table.add([
                    place == 0 ? "start" : "round \(ledger.rounds[place - 1].round)", "\(group.group)",
                    group.parent.map(String.init) ?? Numbers.none, "\(group.members)",
                ])
            }
        }
        let names = columns.indices.map { place in
            (Double(place), place == 0 ? "start" : "after round \(ledger.rounds[place - 1].round)")
        }
        return Plot(
            "The tree of groups.",
            """
            Each bar is a group, as high as it has children; bands lead to the group whose weights it inherited. What no band \
            leaves was dropped.
            """,
            x: Axis("", named: names), y: Axis("children", isReversed: true, isBare: true), marks: marks,
            height: min(420, max(110, Double(most) * 3 + Double(widest) * 8)), lettersRight: 9, lettersLeft: 3,
            table: table)
    }

    /// Groups keep the colour of the one they come from in the first column that has several.
    private func root(
        _ place: Int, _ index: Int, _ columns: [[(group: Int, members: Int, parent: Int?)]]
    ) -> Int {
        var (place, index) = (place, index)
        let several = columns.firstIndex { $0.count > 1 } ?? 0
        while place > several, let parent = columns[place][index].parent,
            let origin = columns[place - 1].firstIndex(where: { $0.group == parent })
        {
            (place, index) = (place - 1, origin)
        }
        return place < several ? 0 : index
    }
}
