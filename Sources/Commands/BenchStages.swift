import Foundation
import Networks
import Reports
import Supernets

/// `espalier bench --stages`: milliseconds of every stage of a training step.
struct BenchStages: Encodable {
    var schema = "espalier.bench-stages/1"
    let machine: String
    let children: [Measured]

    struct Measured: Encodable {
        let child: String
        let milliseconds: Double
        let stages: [Stage]
    }

    struct Stage: Encodable {
        let stage: String
        let path: String
        let forwardMilliseconds: Double
        let backwardMilliseconds: Double
        /// Executed operations, and bytes between arena and stage, over the stage's whole time.
        let gflops: Double
        let gigabytesPerSecond: Double
    }

    init(machine: String, _ bench: Benchmark, batch: Int) throws {
        self.machine = machine
        children = try bench.traces().map { child, summaries, trace in
            let stages = zip(summaries, trace.rows).map { summary, row in
                let calls = Double(row.calls)
                let seconds = (row.forward + row.backward) / calls
                return Stage(
                    stage: summary.name, path: summary.path, forwardMilliseconds: 1_000 * row.forward / calls,
                    backwardMilliseconds: 1_000 * row.backward / calls,
                    gflops: Double(2 * batch * summary.cost.multiplyAdds) / seconds / 1e9,
                    gigabytesPerSecond: Double(batch * summary.cost.bytes) / seconds / 1e9)
            }
            return Measured(
                child: child,
                milliseconds: stages.reduce(0) { $0 + $1.forwardMilliseconds + $1.backwardMilliseconds },
                stages: stages)
        }
    }

    func show(json: Bool) throws {
        if json { return try Output.json(self) }
        try Output.line(machine)
        for child in children {
            var table = Table([
                .words("stage"), .words("path"), .numbers("forward ms"), .numbers("backward ms"), .numbers("GFLOP/s"),
                .numbers("GB/s"),
            ])
            for row in child.stages {
                table.add([
                    row.stage, row.path, String(format: "%.2f", row.forwardMilliseconds),
                    String(format: "%.2f", row.backwardMilliseconds), String(format: "%.0f", row.gflops),
                    String(format: "%.1f", row.gigabytesPerSecond),
                ])
            }
            try Output.line("\(child.child): \(String(format: "%.1f", child.milliseconds)) ms in all")
            try Output.write(table.plain)
        }
    }
}
