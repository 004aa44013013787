import Foundation
import Networks
import Reports
import Supernets
import Tensors

/// `espalier bench --paths`: how every stage of a training step is computed, and what it costs for one image.
struct BenchPaths: Encodable {
    var schema = "espalier.bench-paths/1"
    let machine: String
    let passes: [String]
    let children: [Planned]

    struct Planned: Encodable {
        let child: String
        let stages: [Stage]
        let total: Total
    }

    struct Stage: Encodable {
        let stage: String
        let path: String
        /// The kernels' level, or the library's core; null where nothing is computed.
        let kernels: String?
        /// What is computed while inputs are read: `relu(norm + norm)`; empty where a buffer is read as it is.
        let onLoad: String
        /// Multiply-adds of the layers the stage stands for, the direct way, forward.
        let multiplyAdds: Int
        /// Really executed.
        let forward: Int
        let backward: Int
        /// Between arena and stage, forward and backward.
        let bytes: Int
    }

    struct Total: Encodable {
        let multiplyAdds: Int
        let forward: Int
        let backward: Int
        let bytes: Int
    }

    init(machine: String, _ bench: Benchmark, _ engine: Engine) throws {
        self.machine = machine
        passes = bench.passes.names
        children = try bench.summaries().map { child, summaries in
            let stages = summaries.map { summary in
                let kernels: String? =
                    switch summary.path {
                    case "given", "fill": nil
                    case "OpenBLAS": BLAS.coreName
                    default: engine.kernels.level.rawValue
                    }
                return Stage(
                    stage: summary.name, path: summary.path, kernels: kernels, onLoad: summary.onLoad,
                    multiplyAdds: summary.direct, forward: summary.cost.forward, backward: summary.cost.backward,
                    bytes: summary.cost.bytes)
            }
            return Planned(
                child: child, stages: stages,
                total: Total(
                    multiplyAdds: stages.reduce(0) { $0 + $1.multiplyAdds },
                    forward: stages.reduce(0) { $0 + $1.forward }, backward: stages.reduce(0) { $0 + $1.backward },
                    bytes: stages.reduce(0) { $0 + $1.bytes }))
        }
    }

    func show(json: Bool) throws {
        if json { return try Output.json(self) }
        try Output.line("\(machine), passes: \(passes.isEmpty ? "none" : passes.joined(separator: ", "))")
        try Output.line(
            "for one image: millions of multiply-adds, the direct way and executed; MB between arena and stage")
        for child in children {
            var table = Table([
                .words("stage"), .words("path"), .words("kernels"), .words("on load"), .numbers("direct"),
                .numbers("forward"), .numbers("backward"), .numbers("MB"),
            ])
            for row in child.stages {
                table.add(
                    [row.stage, row.path, row.kernels ?? "", row.onLoad]
                        + millions(row.multiplyAdds, row.forward, row.backward, row.bytes))
            }
            let total = child.total
            table.add(["all", "", "", ""] + millions(total.multiplyAdds, total.forward, total.backward, total.bytes))
            try Output.line("\(child.child):")
            try Output.write(table.plain)
        }
    }

    private func millions(_ values: Int...) -> [String] { values.map { String(format: "%.3f", Double($0) / 1e6) } }
}
