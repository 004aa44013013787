import Architectures
import ArgumentParser
import Foundation
import Foundations
import Networks
import Reports
import Supernets
import Tensors

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Time training and scoring on this machine.",
        discussion: """
            32x32 images, full-size nets; medians of interleaved repeats. Scoring uses running statistics; 'score all' \
            counts every child's images. Timings on shared machines vary: compare ratios within one call.
            """)

    @Option(help: ArgumentHelp("The space.", valueName: "space")) var space = "deeper-insights"
    @Option(help: ArgumentHelp("Children to time alone, separated by commas.", valueName: "labels"))
    var children = "111,222,333,444"
    @Option(help: ArgumentHelp("Images a batch.", valueName: "n")) var batch = 256
    @Option(help: ArgumentHelp("Timed repeats.", valueName: "n")) var repeats = 3
    @Flag(help: "Show where a training step of each child spends its time, stage by stage.") var stages = false
    @OptionGroup var execution: ExecutionOptions
    @OptionGroup var output: JSONOption

    private struct Document: Encodable {
        struct Row: Encodable {
            let name: String
            let imagesPerSecond: Double
            let gflops: Double
            /// Of the machine's peak, the peer's figure and ours over it: filled in by whoever measured them.
            let share: Double? = nil
            let peer: Double? = nil
            let ratio: Double? = nil

            private enum Key: String, CodingKey { case name, imagesPerSecond, gflops, share, peer, ratio }

            func encode(to encoder: any Encoder) throws {
                var box = encoder.container(keyedBy: Key.self)
                try box.encode(name, forKey: .name)
                try box.encode(imagesPerSecond, forKey: .imagesPerSecond)
                try box.encode(gflops, forKey: .gflops)
                try box.encode(share, forKey: .share)
                try box.encode(peer, forKey: .peer)
                try box.encode(ratio, forKey: .ratio)
            }
        }

        var schema = "espalier.bench/1"
        let machine: String
        let rows: [Row]
        let peakBytes: Int
    }

    func validate() throws {
        guard 2...65_536 ~= batch else { throw ValidationError("--batch: expected 2 to 65536, found \(batch)") }
        guard 1...1_000 ~= repeats else { throw ValidationError("--repeats: expected 1 to 1000, found \(repeats)") }
    }

    func run() throws {
        BLAS.pinToOneThread()
        let settings = execution.execution()
        let kernels = try Kernels.select(named: settings.kernels)
        let engine = Engine(kernels: kernels, workers: Workers(threads: settings.threads))
        let benchmark = try Benchmark(
            space: try SearchSpace.resolve(space), children: children.split(separator: ",").map(String.init),
            batch: batch, repeats: repeats, engine: engine)
        if stages { return try showStages(benchmark) }
        let rows = try benchmark.rows()
        let machine = "\(Machine.cpu), \(settings.threads) threads, kernels \(kernels.level.rawValue)"
        let peak = Machine.peakBytes
        if output.json {
            return try Output.json(
                Document(
                    machine: machine,
                    rows: rows.map { .init(name: $0.name, imagesPerSecond: $0.imagesPerSecond, gflops: $0.gflops) },
                    peakBytes: peak))
        }
        try Output.line("\(machine), batch \(batch), median of \(repeats)")
        var table = Table([.words("row"), .numbers("images/s"), .numbers("GFLOP/s")])
        for row in rows {
            table.add([
                row.name, String(format: "%.0f", row.imagesPerSecond), String(format: "%.0f", row.gflops),
            ])
        }
        try Output.write(table.plain)
        try Output.line("peak memory \(peak >> 20) MiB")
    }

    private func showStages(_ benchmark: Benchmark) throws {
        for (child, trace) in try benchmark.traces() {
            var table = Table([.words("stage"), .numbers("forward ms"), .numbers("backward ms")])
            for row in trace.rows {
                table.add(
                    [row.name]
                        + [row.forward, row.backward].map { String(format: "%.2f", 1_000 * $0 / Double(row.calls)) })
            }
            let total = trace.rows.reduce(0) { $0 + ($1.forward + $1.backward) / Double($1.calls) }
            try Output.line("\(child): \(String(format: "%.1f", 1_000 * total)) ms in all")
            try Output.write(table.plain)
        }
    }
}
