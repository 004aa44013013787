import Foundation
import Reports
import Searches

/// Keeps a report's files fresh and a few lines on the terminal, until the run has ended or somebody asks to stop.
struct ReportWatch {
    private let source: ReportSource
    private let targets: [ReportTarget]
    /// Between two looks at the store, at least; and nine times as long as a look takes, which the search pays for.
    private let pause = Duration.seconds(2)

    init(_ source: ReportSource, _ targets: [ReportTarget]) { (self.source, self.targets) = (source, targets) }

    func run() async throws {
        let signals = StopSignals()
        let isTerminal = Output.errorIsTerminal
        var told = ""
        var drawn = 0
        /// By target what its file holds: it may change where the few lines do not.
        var written: [String?] = targets.map { _ in nil }
        while true {
            let began = ContinuousClock.now
            var pages = try await source.pages()
            pages.refreshSeconds = pages.document.isLive ? 10 : nil
            for (place, target) in targets.enumerated() {
                let text = try pages.text(target.format)
                guard text != written[place] else { continue }
                try TextFile.write(text, to: target.path)
                written[place] = text
            }
            let view = Self.view(pages)
            if view != told {
                if isTerminal {
                    // Over the lines of the last look.
                    Output.draw((drawn > 0 ? "\u{1B}[\(drawn)A" : "") + "\u{1B}[J" + view)
                    drawn = view.count { $0 == "\n" }
                } else {
                    let standing = [pages.document.status, pages.progress].compactMap(\.self)
                    Output.error("\(source.name): \(standing.joined(separator: ", "))")
                }
                told = view
            }
            guard pages.document.isLive else { break }
            let now = ContinuousClock.now
            let end = now + max(pause, (now - began) * 9)
            while ContinuousClock.now < end, signals.received == 0 { try await Task.sleep(for: .milliseconds(100)) }
            if signals.received != 0 { break }
        }
        for target in targets { Output.error("report: \(target.path)") }
        // A page that nobody keeps fresh any more must not go on looking.
        if signals.received != 0 {
            let pages = try await source.pages()
            for target in targets { try TextFile.write(pages.text(target.format), to: target.path) }
        }
    }

    /// At most some fifteen lines, each narrower than a terminal.
    static func view(_ pages: ReportSource.Pages) -> String {
        var lines = ["\(pages.document.kind) \(pages.document.title): \(pages.document.status)"]
        if let progress = pages.progress { lines.append(progress) }
        if let trace = pages.trace {
            let done = Int(max(0, min(1, trace.fraction)) * 40)
            lines.append(
                "[" + String(repeating: "#", count: done) + String(repeating: ".", count: 40 - done)
                    + "] step \(Numbers.grouped(trace.step)), \(trace.round) of \(trace.rounds) decisions")
            let losses = trace.trainLoss.values.compactMap(\.self)
            if let last = losses.last, losses.count > 1 {
                lines.append("loss \(Sparkline.text(losses, width: 40)) \(Numbers.fixed(last, 3))")
            }
        }
        for round in pages.record?.rounds.suffix(6) ?? [] {
            let best = round.scores.min { $0.rank < $1.rank }
            lines.append(
                "round \(round.round): \(round.survivors.count + round.dropped.count) -> \(round.survivors.count) by "
                    + "\(round.policy), ahead \(best?.child ?? "nobody")")
        }
        if pages.record == nil {
            lines += pages.document.verdict.prefix(2).map { "\($0.question): \($0.answer.text)" }
        }
        return lines.map { plainText(String($0.prefix(78))) + "\n" }.joined()
    }
}
