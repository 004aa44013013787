import Foundation
import Networks
import Reports
import Supernets
import Tensors

/// `espalier bench --limits`: images a second of a training step if it ran at the machine's peaks.
///
/// A step cannot beat the FLOP peak. The bytes are an upper estimate of the traffic, since caches may keep some, so the
/// limit by bandwidth is an estimate.
struct BenchLimits: Encodable {
    var schema = "espalier.bench-limits/1"
    let machine: String
    let peaks: PeaksDocument
    let children: [Limit]
    /// As if the children took turns, step by step.
    let mean: Limit

    struct Limit: Encodable {
        let child: String
        /// Operations for an image of one step: of the direct algorithm, and executed; 1e6.
        let directMegaflops: Double
        let megaflops: Double
        /// Between arena and stages for an image of one step.
        let megabytes: Double
        /// Images a second.
        let directByFlops: Double
        let byFlops: Double
        let byBandwidth: Double
        /// The smaller one.
        var limit: Double
    }

    private let text: String

    private enum CodingKeys: String, CodingKey { case schema, machine, peaks, children, mean }

    init(machine: String, _ bench: Benchmark, _ peaks: Peaks) throws {
        self.machine = machine
        self.peaks = PeaksDocument(peaks)
        text = peaks.text
        func limit(_ child: String, direct: Double, executed: Double, bytes: Double) -> Limit {
            let (byFlops, byBandwidth) = (peaks.flops / executed, peaks.bandwidth / bytes)
            return Limit(
                child: child, directMegaflops: direct / 1e6, megaflops: executed / 1e6, megabytes: bytes / 1e6,
                directByFlops: peaks.flops / direct, byFlops: byFlops, byBandwidth: byBandwidth,
                limit: min(byFlops, byBandwidth))
        }
        let children = try bench.summaries().map { child, stages in
            let cost = stages.map(\.cost).reduce(.zero, +)
            return limit(
                child, direct: 6 * Double(stages.reduce(0) { $0 + $1.direct }),
                executed: 2 * Double(cost.multiplyAdds), bytes: Double(cost.bytes))
        }
        func average(_ value: (Limit) -> Double) -> Double {
            children.reduce(0) { $0 + value($1) } / Double(max(1, children.count))
        }
        var mean = limit(
            "mean", direct: 1e6 * average(\.directMegaflops), executed: 1e6 * average(\.megaflops),
            bytes: 1e6 * average(\.megabytes))
        mean.limit = 1 / average { 1 / $0.limit }
        (self.children, self.mean) = (children, mean)
    }

    func show(json: Bool) throws {
        if json { return try Output.json(self) }
        try Output.line(machine)
        try Output.line(text)
        var table = Table([
            .words("child"), .numbers("MFLOP direct"), .numbers("executed"), .numbers("MB"),
            .numbers("images/s direct"),
            .numbers("by FLOP"), .numbers("by bandwidth"), .numbers("estimate"),
        ])
        for row in children + [mean] {
            let figures = [row.directMegaflops, row.megaflops, row.megabytes]
            let rates = [row.directByFlops, row.byFlops, row.byBandwidth, row.limit]
            table.add(
                [row.child] + figures.map { String(format: "%.1f", $0) } + rates.map { String(format: "%.0f", $0) })
        }
        try Output.write(table.plain)
        try Output.line(
            "'by bandwidth' and 'estimate', the smaller of the two, are no bounds: MB count every buffer once a stage, and caches keep some"
        )
    }
}
