import Architectures
import ArgumentParser
import Foundation
import Foundations
import Networks
import Reports
import Searches
import Supernets
import Tensors

struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Time training and scoring on this machine.",
        discussion: """
            32x32 images, full-size nets; medians of interleaved repeats. Scoring uses running statistics; 'score all' \
            counts every child's images. Timings on shared machines vary: compare ratios within one call.

            Rows are named 'train CHILD', 'score CHILD', 'score all', 'score all calibrated', 'op NAME forward', 'op NAME backward' and \
            'variant NAME'; a name's beginning means all that begin so.
            """)

    /// What to show instead of rows.
    enum View: String, EnumerableFlag {
        case stages, paths, limits, safety

        static func help(for value: View) -> ArgumentHelp? {
            switch value {
            case .stages: "Show where a training step of each child spends its time, stage by stage."
            case .paths: "Show how each stage of a training step is computed, and what it costs; nothing is timed."
            case .safety: "Measure what checkpoints cost in time and room, and how long a resume takes."
            case .limits: "Estimate how fast a training step of each child could be on this machine."
            }
        }
    }

    @Option(help: ArgumentHelp("The space.", valueName: "space")) var space = "deeper-insights"
    @Option(help: ArgumentHelp("Children to time alone, separated by commas.", valueName: "labels"))
    var children = "111,222,333,444"
    @Option(help: ArgumentHelp("Rows to time, separated by commas.", valueName: "names")) var rows = "train,score,op"
    @Option(help: ArgumentHelp("Images a batch.", valueName: "n")) var batch = 256
    @Option(help: ArgumentHelp("Images that 'score all' scores; without it one batch.", valueName: "n"))
    var images: Int?
    @Option(help: ArgumentHelp("Timed repeats.", valueName: "n")) var repeats = 3
    @Flag var view: View?
    @OptionGroup var execution: ExecutionOptions
    @OptionGroup var output: JSONOption

    func validate() throws {
        guard 2...65_536 ~= batch else { throw ValidationError("--batch: expected 2 to 65536, found \(batch)") }
        guard 1...1_000 ~= repeats else { throw ValidationError("--repeats: expected 1 to 1000, found \(repeats)") }
        guard 1...50_000 ~= images ?? 1 else {
            throw ValidationError("--images: expected 1 to 50000, found \(images ?? 1)")
        }
    }

    func run() async throws {
        let settings = execution.execution()
        if view == .safety {
            let machine = "\(Machine.cpu), \(settings.threads) threads"
            return try await BenchSafety(
                machine: machine, space: space, batch: batch, checkpoints: max(3, 8 * repeats), execution: settings
            ).show(json: output.json)
        }
        let (engine, passes) = try settings.engine()
        let bench = try Benchmark(
            space: try SearchSpace.resolve(space), children: BenchCommand.list(children), batch: batch,
            scored: images, repeats: repeats, engine: engine, passes: passes)
        let machine = "\(Machine.cpu), \(settings.threads) threads, kernels \(engine.kernels.level.rawValue)"
        switch view {
        case .stages: try BenchStages(machine: machine, bench, batch: batch).show(json: output.json)
        case .paths: try BenchPaths(machine: machine, bench, engine).show(json: output.json)
        case .limits:
            let peaks = Peaks(kernels: engine.kernels, workers: engine.workers)
            try BenchLimits(machine: machine, bench, peaks).show(json: output.json)
        case .safety, nil:
            let peaks = Peaks(kernels: engine.kernels, workers: engine.workers)
            try show(try timed(bench), peaks, machine: machine)
        }
    }

    private static func list(_ text: String) -> [String] {
        text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private func timed(_ bench: Benchmark) throws -> [Benchmark.Row] {
        do {
            return try bench.rows(BenchCommand.list(rows))
        } catch let error as Benchmark.UnknownRow {
            throw Usage(
                message: "--rows: no row is called '\(error.item)'",
                hint: nearestName(to: error.item, among: error.known).map { "did you mean '\($0)'?" }
                    ?? "there are \(error.known.joined(separator: ", "))")
        }
    }

    private func show(_ rows: [Benchmark.Row], _ peaks: Peaks, machine: String) throws {
        let peak = Machine.peakBytes
        if output.json {
            return try Output.json(
                BenchDocument(
                    machine: machine, peaks: .init(peaks), rows: rows.map { .init($0, peaks) }, peakBytes: peak))
        }
        try Output.line("\(machine), batch \(batch), median of \(repeats)")
        try Output.line(peaks.text)
        var table = Table([
            .words("row"), .numbers("images/s"), .numbers("GFLOP/s"), .numbers("of FLOP peak"),
            .numbers("of bandwidth"),
        ])
        for row in rows {
            table.add([
                row.name, String(format: "%.0f", row.imagesPerSecond),
                row.flops > 0 ? String(format: "%.0f", row.flops / 1e9) : "",
                percent(row.executedFlops.map { $0 / peaks.flops }),
                percent(row.bytesPerSecond.map { $0 / peaks.bandwidth }),
            ])
        }
        try Output.write(table.plain)
        try Output.line("peak memory \(peak >> 20) MiB")
    }

    private func percent(_ share: Double?) -> String {
        share.flatMap { $0 > 0 ? String(format: "%.0f %%", 100 * $0) : nil } ?? ""
    }
}

extension Peaks {
    var text: String {
        let figures = [flops, read, triad].map { $0 / 1e9 }
        return String(
            format: """
                peaks: %.0f GFLOP/s by multiply-adds on registers, in threads' CPU time (rows: wall clock)
                memory: %.1f GB/s read, %.1f GB/s triad, on 3 arrays of %d MiB (last cache: %d MiB)
                """, figures[0], figures[1], figures[2], array >> 20, lastCache >> 20)
    }
}
