import Architectures
import Checkpoints
import Datasets
import Foundation
import Foundations
import Networks
import Policies
import Supernets

extension ProgressiveSearch {
    /// What a recipe is made of on this machine.
    struct Parts {
        let space: SearchSpace
        let dataset: Dataset
        let supernet: Supernet
        let policy: any PruningPolicy
    }

    /// Starts a run. It is in the store before any data is read, so whatever goes wrong then can be mended and resumed.
    ///
    /// - Throws: ``StoreError`` (the name is taken: exit 2), ``SearchError``, ``DatasetError``.
    package static func start(
        name: String, recipe: Recipe, in root: String, execution: Execution, observer: any SearchObserver
    ) throws -> ProgressiveSearch {
        let folder = try RunFolder(root: root, name: name)
        var recipe = recipe
        if let data = execution.data ?? recipe.data.folder, recipe.data.set != "synthetic" {
            // A run is resumed from any folder.
            recipe.data.folder = URL(fileURLWithPath: data).path
        }
        let space = try recipe.space.resolve()
        let policy = try recipe.policy.make()
        try execution.check()
        let state = try RunState(initial: recipe, space: space)
        let store = try CheckpointStore.create(
            folder, recipe: Array(recipe.text.utf8), identity: JSON.text(RunIdentity(space: space.sourceText)),
            first: Commit(phase: .train, digest: state.digest, state: JSON.bytes(state)), writer: Version.program)
        return try open(
            name: name, recipe: recipe, space: space, policy: policy, store: store, state: state, manifest: nil,
            execution: execution, observer: observer)
    }

    /// Goes on with a run from its newest checkpoint, or from the one `wishes` name.
    ///
    /// - Throws: ``SearchError/loop(run:point:count:problem:command:)`` where it has failed there three times.
    package static func resume(
        name: String, in root: String, wishes: ResumeWishes = ResumeWishes(), execution: Execution,
        observer: any SearchObserver
    ) throws -> ProgressiveSearch {
        let folder = try RunFolder(root: root, name: name)
        let store: CheckpointStore
        if let seq = wishes.from {
            let event = Event.session("restart", threads: nil, detail: "from checkpoint \(seq)")
            store = try CheckpointStore.restart(folder, from: seq, rows: [.event(json: event.json)])
        } else {
            store = try CheckpointStore.open(folder, for: .writing, acceptingRollback: wishes.acceptRollback)
        }
        if let crash = try checkLoops(store, name: name, retry: wishes.retry) { try observer.note(crash) }
        let recorded = try RecordedRun(store, name: name)
        if store.recordedSchema < CheckpointStore.schema { try upgrade(store, recorded) }
        let manifest = try store.newest()
        return try open(
            name: name, recipe: recorded.recipe, space: recorded.space, policy: try recorded.recipe.policy.make(),
            store: store, state: recorded.state, manifest: manifest, execution: execution, observer: observer)
    }

    static func open(
        name: String, recipe: Recipe, space: SearchSpace, policy: any PruningPolicy, store: CheckpointStore,
        state: RunState, manifest: Manifest?, execution: Execution, observer: any SearchObserver
    ) throws -> ProgressiveSearch {
        let (engine, passes) = try execution.engine()
        let fingerprint = try Fingerprint(engine: engine, passes: passes)
        let inexact = try compare(fingerprint, with: manifest, execution: execution)
        let dataset = try recipe.data.open(folder: execution.data)
        let durable = Durable(seq: manifest?.seq ?? 0, phase: manifest?.phase, state: manifest.map { _ in state })
        var state = state
        state.describe(dataset)
        if let recorded = durable.state?.data, let found = state.data, recorded != found {
            throw SearchError.dataChanged(set: recipe.data.set, recorded: recorded, found: found)
        }
        let supernet = try Supernet(
            space: space, dataset: dataset,
            sharing: try state.sharing(recipe, space: space),
            engine: engine, passes: passes, batch: recipe.train.batch, seed: recipe.seeds[.initialisation])
        if let manifest, !manifest.blobs.isEmpty {
            let fits = try supernet.weights.restore { blob in
                guard let reference = manifest.blob(blob) else { throw SearchError.missingBlob(run: name, blob: blob) }
                return try store.read(reference)
            }
            guard fits else { throw SearchError.missingBlob(run: name, blob: "arena") }
        }
        let pairs = try restorePairs(state, manifest, store)
        let search = try ProgressiveSearch(
            name: name, recipe: recipe,
            parts: Parts(space: space, dataset: dataset, supernet: supernet, policy: policy), store: store,
            observer: observer, state: state, fingerprint: JSON.text(fingerprint),
            durable: durable, fullWait: execution.fullWait)
        search.pairs = pairs
        let detail = inexact.isEmpty ? nil : "inexact: " + inexact.joined(separator: "; ")
        search.journal.note(
            .session(manifest == nil ? "start" : "resume", threads: execution.threads, detail: detail))
        return search
    }

    /// Brings the states of a store of an older program into today's shape; a copy of the store stays beside it.
    private static func upgrade(_ store: CheckpointStore, _ run: RecordedRun) throws {
        try store.upgrade { old in
            guard let state = RunState.stored(old, schema: store.recordedSchema, of: run.recipe) else {
                throw SearchError.unreadableState(run: run.name, what: "state")
            }
            return Data(JSON.bytes(state))
        }
    }

    /// Refuses to go on where the numbers could differ, unless that is allowed; returns what differs.
    private static func compare(
        _ fingerprint: Fingerprint, with manifest: Manifest?, execution: Execution
    ) throws -> [String] {
        guard let manifest, !manifest.fingerprint.isEmpty,
            let recorded = JSON.decode(Fingerprint.self, manifest.fingerprint)
        else { return [] }
        let differences = fingerprint.differences(from: recorded)
        guard differences.isEmpty || execution.allowInexact else {
            throw SearchError.fingerprint(differences: differences)
        }
        return differences
    }
}

/// What a resume does beside going on.
package struct ResumeWishes: Sendable {
    /// Go on though sessions have failed three times at this point.
    package var retry = false
    /// Take a store older than its run's card says for what it is.
    package var acceptRollback = false
    /// Go on from this checkpoint and forget all after it.
    package var from: Int?

    package init(retry: Bool = false, acceptRollback: Bool = false, from: Int? = nil) {
        self.retry = retry
        self.acceptRollback = acceptRollback
        self.from = from
    }
}

/// What belongs to a run from its creation, beside the recipe.
package struct RunIdentity: Codable {
    /// The space's own text, so that the run does not change with the file it came from.
    var space: String
    var program = Version.program
    var origin: Origin?

    /// Where a run's past (another run, up to a round) or its first weights (a file) come from.
    package struct Origin: Codable, Sendable {
        package var run: String?
        package var round: Int?
        package var file: String?
        /// The run digest there.
        package var digest: String
    }
}

extension Recipe.SpaceChoice {
    /// The space; every child of `only` is one of its.
    package func resolve() throws -> SearchSpace {
        var space = try SearchSpace.resolve(use)
        if !parameters.isEmpty { space = try space.with(parameters: parameters) }
        _ = try children(of: space)
        return space
    }

    /// The children a run begins with, in the order they are named; nil stands for all.
    package func children(of space: SearchSpace) throws -> [Child]? {
        guard !only.isEmpty else { return nil }
        return try only.map { label in
            guard let child = try? space.child(label: label) else {
                throw SearchError.foreignChild(
                    space: space.name, child: label, nearest: space.nearestLabel(to: label))
            }
            return child
        }
    }
}

extension Recipe.DataChoice {
    /// Reads or draws the set; `folder` goes before the recipe's own.
    package func open(folder: String?) throws -> Dataset {
        let source = try DatasetSource(name: set, folder: folder ?? self.folder, recipe: synthetic)
        return try Dataset.open(source, holdOut: holdOut, resize: resize)
    }
}

extension RunState {
    /// Remembers which images the run is made on.
    mutating func describe(_ dataset: Dataset) {
        data = dataset.contentHash().description
        images = ImageFormat(
            channels: dataset.training.channels, height: dataset.training.height, width: dataset.training.width,
            classes: dataset.classes)
    }

    /// All children of the space or those the recipe names, in the recipe's groups; of a space too large to list what
    /// restricts it: nothing.
    init(initial recipe: Recipe, space: SearchSpace) throws {
        let restriction = Restriction(space)
        let sharing: Sharing
        if let children = try recipe.space.children(of: space) ?? restriction.list(limit: recipe.score.sample) {
            sharing = try recipe.sharing.initial(children, space: space)
        } else {
            guard recipe.sharing == .all else { throw SearchError.tooLarge(space: space.name, count: space.count) }
            sharing = .open(restriction)
        }
        let independent = recipe.sharing.independent ? sharing.groups.map { _ in Spending() } : []
        self.init(
            decisions: RunState.decisions(of: recipe), meters: independent,
            startMeters: independent, groups: sharing.groups.map { $0.map { space.label(of: $0) } },
            digest: SHA256.digest(of: Array(recipe.identity(space: space).utf8)).description)
        if !sharing.isListed {
            groups = []
            open = OpenSet(allowed: restriction.allowed.map { $0.map(Int.init) }, excluded: [])
        }
    }

    /// Who shares with whom, from the labels.
    func sharing(_ recipe: Recipe, space: SearchSpace) throws -> Sharing {
        guard let open else {
            return Sharing(
                groups: try groups.map { try $0.map { try space.child(label: $0) } }, common: recipe.sharing.common)
        }
        var restriction = Restriction(space)
        for (slot, allowed) in open.allowed.enumerated() {
            for choice in space.slots[slot].choices.indices where !allowed.contains(choice) {
                restriction = restriction.removing(choice: UInt8(choice), atSlot: slot)
            }
        }
        return .open(restriction.removing(try open.excluded.map { try space.child(label: $0) }))
    }
}

extension Recipe.SharingChoice {
    /// The parameters all groups have in common.
    var common: CommonParameters {
        switch mode {
        case .prefix(let cells): .prefix(cells: cells)
        case .keyword(let words): .keyword(words)
        default: .none
        }
    }

    /// The groups a run begins with.
    func initial(_ children: [Child], space: SearchSpace) throws -> Sharing {
        switch mode {
        case .all, .adaptive: return .all(children)
        case .groups(let grouping):
            let weights = try space.slotWeights(grouping.weighted, input: space.checkedInput, classes: 10)
            return try Sharing.all(children)
                .split(keeping: Set(children), into: grouping, slotWeights: weights).sharing
        case .prefix, .keyword, .none: return .none(children, common: common)
        }
    }
}
