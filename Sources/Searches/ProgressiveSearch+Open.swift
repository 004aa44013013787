import Architectures
import Checkpoints
import Datasets
import Foundation
import Foundations
import Networks
import Policies
import Supernets

extension ProgressiveSearch {
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
        _ = try recipe.policy.make()
        try execution.check()
        let state = try RunState(initial: recipe, space: space)
        let store = try CheckpointStore.create(
            folder, recipe: Array(recipe.text.utf8), identity: JSON.text(RunIdentity(space: space.sourceText)),
            first: Commit(phase: .train, digest: state.digest, state: JSON.bytes(state)), writer: Version.program,
            mapBytes: execution.mapBytes)
        let parts = try Parts(recipe, space: space, state: state, manifest: nil, execution: execution)
        return try open(name: name, parts: parts, store: store, execution: execution, observer: observer)
    }

    /// Goes on with a run from its newest checkpoint, or from the one `wishes` name.
    ///
    /// All that can refuse does so before anything of the run is changed for good: newer checkpoints are given up, a
    /// rollback is accepted and a store is upgraded only by a session that goes on.
    ///
    /// - Throws: ``SearchError/loop(run:point:count:problem:command:)`` where it has failed there three times.
    package static func resume(
        name: String, in root: String, wishes: ResumeWishes = ResumeWishes(), execution: Execution,
        observer: any SearchObserver
    ) throws -> ProgressiveSearch {
        let folder = try RunFolder(root: root, name: name)
        guard let seq = wishes.from else {
            let store = try CheckpointStore.open(
                folder, for: .writing, acceptingRollback: wishes.acceptRollback, mapBytes: execution.mapBytes)
            if let crash = try checkLoops(store, name: name, retry: wishes.retry) { try observer.note(crash) }
            let parts = try Parts(RecordedRun(store, name: name), execution)
            if wishes.acceptRollback { try store.acceptRollback() }
            return try open(name: name, parts: parts, store: store, execution: execution, observer: observer)
        }
        func event(_ lost: Int) -> Event {
            let loss = lost == 0 ? "" : ", \(lost) \(Event.lost)"
            return .session("restart", threads: nil, detail: "from checkpoint \(seq)\(loss)")
        }
        var parts: Parts?
        let store = try CheckpointStore.restart(
            folder, from: seq, rows: { [.event(json: event($0).json)] }, acceptingRollback: wishes.acceptRollback,
            mapBytes: execution.mapBytes
        ) { beginning in
            let constants = try RecordedRun.Constants(
                name: name, recipe: beginning.recipe, identity: beginning.identity)
            let state = try constants.state(beginning.manifest, schema: beginning.schema)
            parts = try Parts(
                constants.recipe, space: constants.space, state: state, manifest: beginning.manifest,
                execution: execution)
        }
        return try open(name: name, parts: parts!, store: store, execution: execution, observer: observer)
    }

    /// Opens the store's newest checkpoint, which is the one the parts were made for.
    static func open(
        name: String, parts: Parts, store: CheckpointStore, execution: Execution, observer: any SearchObserver
    ) throws -> ProgressiveSearch {
        if store.recordedSchema < CheckpointStore.schema { try upgrade(store, name: name, recipe: parts.recipe) }
        let manifest = parts.isNew ? nil : try store.newest()
        let supernet = parts.supernet
        if let manifest, !manifest.blobs.isEmpty {
            let fits = try supernet.weights.restore { blob in
                guard let reference = manifest.blob(blob) else { throw SearchError.missingBlob(run: name, blob: blob) }
                return try store.read(reference)
            }
            guard fits else { throw SearchError.missingBlob(run: name, blob: "arena") }
        }
        let pairs = try restorePairs(parts.state, manifest, store)
        let search = try ProgressiveSearch(
            name: name, parts: parts, store: store, observer: observer,
            durable: Durable(
                seq: manifest?.seq ?? 0, phase: manifest?.phase, state: manifest.map { _ in parts.recordedState }),
            fullWait: execution.fullWait)
        search.pairs = pairs
        let detail = parts.inexact.isEmpty ? nil : "inexact: " + parts.inexact.joined(separator: "; ")
        search.journal.note(
            .session(manifest == nil ? "start" : "resume", threads: execution.threads, detail: detail))
        return search
    }

    /// Brings the states of a store of an older program into today's shape; a copy of the store stays beside it.
    private static func upgrade(_ store: CheckpointStore, name: String, recipe: Recipe) throws {
        try store.upgrade { old in
            guard let state = RunState.stored(old, schema: store.recordedSchema, of: recipe) else {
                throw SearchError.unreadableState(run: name, what: "state")
            }
            return Data(JSON.bytes(state))
        }
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
