import Tensors

/// The addresses behind a run's stages: what each reads (``Source``), where its gradients come from and go to
/// (``Sink``), and what it fetches ahead (``Ahead``). Made at their first use and kept: training must not build lists
/// at every step.
///
/// They point into the engine's arena, so all are made again once the engine has had to take a larger one. Cost: a
/// look-up a stage and pass.
final class Bindings {
    /// A stage by its node, and which of its views.
    private struct Key: Hashable { let node, view: Int }

    private var arena: UnsafeMutablePointer<Float>?
    private var sources: [Key: Source] = [:]
    private var gradientSources: [Int: Source] = [:]
    private var sinks: [Key: Sink] = [:]
    /// Forward, backward.
    private var aheads: [[Int: Ahead]] = [[:], [:]]

    /// Forgets what points into another arena.
    private func follow(_ arena: UnsafeMutablePointer<Float>) {
        guard arena != self.arena else { return }
        self.arena = arena
        (sources, gradientSources, sinks, aheads) = ([:], [:], [:], [[:], [:]])
    }

    func source(_ node: Int, _ view: Int, in arena: UnsafeMutablePointer<Float>, make: () -> Source) -> Source {
        follow(arena)
        let key = Key(node: node, view: view)
        if let known = sources[key] { return known }
        let made = make()
        sources[key] = made
        return made
    }

    func gradientSource(_ node: Int, in arena: UnsafeMutablePointer<Float>, make: () -> Source) -> Source {
        follow(arena)
        if let known = gradientSources[node] { return known }
        let made = make()
        gradientSources[node] = made
        return made
    }

    func sink(_ node: Int, _ view: Int, in arena: UnsafeMutablePointer<Float>, make: () -> Sink) -> Sink {
        follow(arena)
        let key = Key(node: node, view: view)
        if let known = sinks[key] { return known }
        let made = make()
        sinks[key] = made
        return made
    }

    func ahead(
        _ node: Int, backward: Bool, in arena: UnsafeMutablePointer<Float>, blocks: () -> [Ahead.Block]
    ) -> Ahead {
        follow(arena)
        let direction = backward ? 1 : 0
        if let known = aheads[direction][node] { return known }
        let made = Ahead(blocks())
        aheads[direction][node] = made
        return made
    }
}

extension Run {
    /// What a stage reads.
    func source(_ stage: Stage, _ view: Int = 0) -> Source {
        bindings.source(stage.node, view, in: engine.arena!.pointer) { bindSource(stage, view) }
    }

    /// The gradient of the value a stage wrote.
    func gradientSource(_ stage: Stage) -> Source {
        bindings.gradientSource(stage.node, in: engine.arena!.pointer) { bindGradientSource(stage) }
    }

    /// Where the gradient of what a stage reads goes.
    func sink(_ stage: Stage, _ view: Int = 0) -> Sink {
        bindings.sink(stage.node, view, in: engine.arena!.pointer) { bindSink(stage, view) }
    }
}
