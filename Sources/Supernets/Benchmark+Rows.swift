import Architectures
import Datasets
import Foundations
import Networks

/// The families of rows.
extension Benchmark {
    /// The first words of the rows' names, in the order of the table.
    package static let families = ["train", "score", "op", "variant"]

    private func family(_ name: String) -> [Work] {
        switch name {
        case "train": children.map { child in Work(names: ["train \(label(child))"]) { try training(child) } }
        case "score":
            children.map { child in Work(names: ["score \(label(child))"]) { try scoring(child) } } + [
                Work(names: ["score all"], make: scoringAll),
                Work(names: ["score all calibrated"], make: scoringAllCalibrated),
            ]
        case "op":
            Benchmark.operators.map { row in
                Work(names: ["op \(row.name) forward", "op \(row.name) backward"]) { try operation(row) }
            }
        default: variants()
        }
    }

    /// The works behind a selection, and the names of the rows it means: each item is a row's whole name, or else the
    /// beginning of some rows' names.
    func works(_ selection: [String]) throws -> (works: [Work], names: Set<String>) {
        var works: [Work] = []
        var names: Set<String> = []
        for item in selection where !Benchmark.families.contains(firstWord(item)) {
            throw UnknownRow(item: item, known: Benchmark.families)
        }
        for family in Benchmark.families {
            let items = selection.filter { firstWord($0) == family }
            guard !items.isEmpty else { continue }
            let all = self.family(family)
            let known = all.flatMap(\.names)
            for item in items {
                let found = known.contains(item) ? [item] : known.filter { $0.hasPrefix(item + " ") }
                guard !found.isEmpty else { throw UnknownRow(item: item, known: known) }
                names.formUnion(found)
            }
            works += all.filter { !names.isDisjoint(with: $0.names) }
        }
        return (works, names)
    }

    private func firstWord(_ text: String) -> String { String(text.prefix { $0 != " " }) }

    /// A step of one child.
    func train(_ child: Child, on supernet: Supernet? = nil) throws {
        let optimizer = Optimizer(momentum: 0.9, weightDecay: 0.001, unsampled: .decay)
        _ = try (supernet ?? self.supernet).step(
            [child], batch: batch, optimizer: optimizer, rate: 0.01, normMomentum: 0.4)
    }

    private func training(_ child: Child) throws -> Timed {
        let cost = try program(child).cost
        return Timed(
            .init(
                name: "train \(label(child))", images: batch.count, direct: 3 * (try direct(child)),
                multiplyAdds: Double(cost.multiplyAdds), bytes: Double(cost.bytes))
        ) { try train(child) }
    }

    private func scoring(_ child: Child) throws -> Timed {
        // What crosses between stages may never leave the caches when images are scored, so bytes say nothing here.
        let executed = try executedScoring([child])
        return Timed(
            .init(
                name: "score \(label(child))", images: batch.count, direct: try direct(child), multiplyAdds: executed)
        ) { _ = try Evaluator(supernet).score([child], on: [batch], statistics: .running) }
    }

    /// Every child on the same images, with running statistics. One batch warms up: more would double the time.
    private func scoringAll() throws -> Timed {
        let all = supernet.sharing.children
        let images = batches(scored)
        func score(_ images: [Batch]) throws {
            _ = try Evaluator(supernet).score(all, on: images, statistics: .running)
        }
        return Timed(
            .init(
                name: "score all", images: scored * all.count, direct: try direct(all),
                multiplyAdds: try executedScoring(all) / Double(all.count)), warm: { try score([images[0]]) }
        ) { try score(images) }
    }

    /// With each child's own statistics, gathered before on as many images as 2,560 are to 10,000. Images scored are
    /// counted, those of a calibration are not.
    private func scoringAllCalibrated() throws -> Timed {
        let all = supernet.sharing.children
        let (images, calibration) = (batches(scored), batches(max(2, (scored * 256 + 999) / 1_000)))
        func score(_ images: [Batch], _ calibration: [Batch]) throws {
            _ = try Evaluator(supernet).score(all, on: images, statistics: .calibrated, calibration: calibration)
        }
        return Timed(
            .init(name: "score all calibrated", images: scored * all.count, direct: try direct(all)),
            warm: { try score([images[0]], [calibration[0]]) }
        ) { try score(images, calibration) }
    }

    private func batches(_ count: Int) -> [Batch] {
        stride(from: 0, to: count, by: batch.count).map {
            Batch(role: .train, indices: Array($0..<min($0 + batch.count, count)))
        }
    }

    func label(_ child: Child) -> String { supernet.space.label(of: child) }

    /// The multiply-adds of a forward pass, the direct way.
    func direct(_ child: Child) throws -> Double { Double(try supernet.graph(of: child).multiplyAdds) }

    /// The mean of some children's.
    func direct(_ children: [Child]) throws -> Double {
        try children.reduce(0) { $0 + (try direct($1)) } / Double(children.count)
    }

    private func program(_ child: Child) throws -> Program {
        Program(plan: try supernet.plan(of: [child]), passes: supernet.passes, training: true, capacity: 1)
    }

    /// Multiply-adds of one image for all of these children together.
    private func executedScoring(_ children: [Child]) throws -> Double {
        let plan = try supernet.plan(of: children)
        let program = Program(
            plan: plan, passes: supernet.passes, training: false, statistics: .given, capacity: 1)
        return Double(program.executedMultiplyAdds)
    }

    /// What each stage of a training step of each child is, and costs.
    package func summaries() throws -> [(child: String, stages: [StageSummary])] {
        try children.map { (label($0), try program($0).summary) }
    }

    /// Seconds by stage of `repeats` training steps of each child.
    package func traces() throws -> [(child: String, stages: [StageSummary], trace: Trace)] {
        try children.map { child in
            let run = try supernet.trainer(child).run
            defer { run.trace = nil }
            for round in 0...repeats {
                if round == 1 { run.trace = Trace(run.program) }
                try train(child)
            }
            return (label(child), run.program.summary, run.trace!)
        }
    }
}
