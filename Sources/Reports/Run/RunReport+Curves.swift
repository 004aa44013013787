import Foundation

extension RunReport {
    /// Points of a curve beyond which neighbours are averaged.
    static let mostPoints = 240

    /// Loss of training and of scorings, and the accuracy of scorings, over the steps.
    var curves: ReportDocument.Section? {
        guard let trace, !trace.trainLoss.steps.isEmpty else { return nil }
        var plots = [lossPlot(trace)]
        if let accuracy = accuracyPlot(trace) { plots.append(accuracy) }
        return .init(
            "Training",
            [
                .text(
                    """
                    Each step trains another child on another batch, so the training loss jumps with the child. Accuracies \
                    are those of children with shared weights on held-out images of \(imagesName), not what they reach \
                    alone.
                    """), .plots(plots),
            ])
    }

    private func lossPlot(_ trace: RunTrace) -> Plot {
        let curve = trace.trainLoss
        let points = zip(curve.steps, curve.values).compactMap { step, value in value.map { (step: step, value: $0) } }
        let size = max(1, (points.count + Self.mostPoints - 1) / Self.mostPoints)
        var means: [Mark.Point] = []
        var spans: [Mark.Span] = []
        var table = Table([
            .numbers("Step"), .numbers("Mean loss, nats"), .numbers("Lowest"), .numbers("Highest"),
        ])
        for start in stride(from: 0, to: points.count, by: size) {
            let part = points[start..<min(start + size, points.count)]
            let values = part.map(\.value)
            let mean = values.reduce(0, +) / Double(values.count)
            let middle = Double(part.reduce(0) { $0 + $1.step }) / Double(part.count)
            means.append(.init(middle, mean))
            spans.append(.init(middle, values.min() ?? mean, values.max() ?? mean))
            table.add([
                Numbers.fixed(middle, 0), Numbers.fixed(mean, 4), Numbers.fixed(values.min(), 4),
                Numbers.fixed(values.max(), 4),
            ])
        }
        let held = trace.scorings.map { scoring in
            Mark.Dot(
                Double(scoring.step), median(scoring.samples.map(\.loss)) ?? .nan,
                note: "median of \(scoring.samples.count) children at step \(scoring.step)")
        }
        var legend = [
            Plot.Key(size == 1 ? "training, each step" : "training, mean of \(size) steps", .series(0), .line(.plain))
        ]
        if size > 1 { legend.append(.init("lowest to highest", .series(0), .patch)) }
        if !held.isEmpty { legend.append(.init("held out, median child", .series(1), .dot(.square))) }
        return Plot(
            "Loss.",
            "Cross entropy over \(Numbers.grouped(points.count)) steps\(endWords(means)); dashed lines are decisions.",
            x: Axis("step", reaching: [0], isWhole: true), y: Axis("mean cross entropy, nats"),
            marks: decisionLines
                + (size > 1 ? [.area(spans, .series(0))] : []) + [
                    .line(means, .series(0)), .dots(held, .series(1), .square),
                ],
            legend: legend, height: 200, table: table)
    }

    private func endWords(_ means: [Mark.Point]) -> String {
        guard let first = means.first, let last = means.last, means.count > 1 else { return "" }
        return ", from \(Numbers.fixed(first.y, 2)) to \(Numbers.fixed(last.y, 2)) nats"
    }

    private func accuracyPlot(_ trace: RunTrace) -> Plot? {
        guard !trace.scorings.isEmpty else { return nil }
        let best = record.best ?? record.rounds.last?.scores.min { $0.rank < $1.rank }?.child
        var table = Table([
            .numbers("Step"), .numbers("Round"), .words("Images"), .numbers("Children"), .numbers("Lowest, %"),
            .numbers("Median, %"), .numbers("Highest, %"), .numbers("\(best ?? "Leading"), %"),
        ])
        var marks = decisionLines
        var own: [Mark.Dot] = []
        var path: [Mark.Point] = []
        for round in Set(trace.scorings.map(\.round)).sorted() {
            var spans: [Mark.Span] = []
            var medians: [Mark.Dot] = []
            for scoring in trace.scorings where scoring.round == round {
                let values = scoring.samples.map { 100 * $0.accuracy }
                guard let low = values.min(), let high = values.max(), let middle = median(values) else { continue }
                let step = Double(scoring.step)
                spans.append(.init(step, low, high))
                medians.append(
                    .init(step, middle, note: "median of \(values.count) on \(scoring.role) images"))
                let chosen = scoring.samples.first { $0.child == best }.map { 100 * $0.accuracy }
                if let chosen { path.append(.init(step, chosen)) }
                if let chosen { own.append(.init(step, chosen, note: "\(best ?? ""): \(Numbers.fixed(chosen, 1)) %")) }
                table.add([
                    String(scoring.step), String(round), scoring.role, String(values.count), Numbers.fixed(low, 1),
                    Numbers.fixed(middle, 1), Numbers.fixed(high, 1), Numbers.fixed(chosen, 1),
                ])
            }
            // Rounds may look at other images.
            path.append(.init(.nan, .nan))
            // A scoring alone has no width to fill.
            if spans.count == 1, let span = spans.first {
                marks.append(.line([.init(span.x, span.low), .init(span.x, span.high)], .quiet, .thin))
            }
            marks += [
                .area(spans, .quiet), .line(medians.map { .init($0.x, $0.y) }, .quiet), .dots(medians, .quiet, .ring),
            ]
        }
        marks += [.line(path, .series(0)), .dots(own, .series(0))]
        let roles = trace.scorings.map(\.role).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        var legend = [
            Plot.Key("median", .quiet, .dot(.ring)), Plot.Key("lowest to highest", .quiet, .patch),
        ]
        if let best, !own.isEmpty {
            legend.insert(.init("\(best)\(isDone ? ", the choice" : ", ahead now")", .series(0), .dot(.circle)), at: 0)
        }
        return Plot(
            "Accuracy.",
            "Of the children alive at each scoring, on \(roles.joined(separator: ", then ")) images of \(imagesName).",
            x: Axis("step", reaching: [0], isWhole: true), y: Axis("accuracy, %"), marks: marks, legend: legend,
            height: 200, table: table)
    }

    /// Where decisions fell.
    var decisionLines: [Mark] {
        (ledger?.rounds ?? []).filter { $0.decider != .finalRanking }.map { .upright(x: Double($0.step), .faint) }
    }
}

/// Nil of nothing; of an even number the mean of the two in the middle.
func median(_ values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
