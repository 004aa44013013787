import Architectures
import Checkpoints
import Datasets
import Foundation
import Foundations

/// The beginning of a round of a recorded run, written `RUN@ROUND`.
package struct ForkPoint: Hashable, Sendable {
    package let run: String
    /// At least 1: so many decisions have been made.
    package let round: Int

    /// - Throws: ``SearchError/forkPoint(_:)``, exit 2.
    package init(_ text: String) throws {
        let pieces = text.split(separator: "@", omittingEmptySubsequences: false)
        guard pieces.count == 2, !pieces[0].isEmpty, let round = Int(pieces[1]), "\(round)" == pieces[1], round >= 1
        else { throw SearchError.forkPoint(text) }
        run = String(pieces[0])
        self.round = round
    }
}

extension ProgressiveSearch {
    /// Makes a run that shares its past with another, up to the beginning of a round, and opens it.
    ///
    /// Everything before is the same, to the byte, and lies in the new run's own store: it outlives its origin. The first
    /// `round` of the recipe's decisions are those already made. Space, images, batch and sharing cannot change, since
    /// the past was made with them; everything else may. With the origin's own recipe the fork ends with its digest.
    ///
    /// - Parameter recipe: what the origin's recipe becomes.
    /// - Throws: ``StoreError`` (no such run, or the name is taken: exit 2), ``SearchError``.
    package static func fork(
        _ point: ForkPoint, as name: String, recipe change: (Recipe) throws -> Recipe, in root: String,
        execution: Execution, observer: any SearchObserver
    ) throws -> ProgressiveSearch {
        try execution.check()
        let source = try CheckpointStore.open(RunFolder(root: root, name: point.run), for: .reading)
        defer { source.close() }
        let origin = try RecordedRun(source, name: point.run)
        var recipe = try change(origin.recipe)
        if let data = execution.data { recipe.data.folder = URL(fileURLWithPath: data).path }
        let space = try recipe.space.resolve(keeping: origin)
        try checkFork(of: origin, to: recipe, space: space, at: point.round)
        let ends = try source.manifests().filter { $0.isRoundEnd && $0.phase != .done }
        guard let end = ends.last(where: { $0.round == point.round }) else {
            throw SearchError.noSuchRound(run: point.run, round: point.round, decided: ends.map(\.round).max() ?? 0)
        }
        func stored(_ data: Data) throws -> RunState {
            guard let state = RunState.stored(data, schema: source.recordedSchema, of: origin.recipe) else {
                throw SearchError.unreadableState(run: point.run, what: "state")
            }
            return state
        }
        func forked(_ manifest: Manifest) throws -> RunState {
            var state = try stored(manifest.state)
            state.fork(from: origin.recipe, to: recipe, space: space)
            return state
        }
        // Before the new run is made: a machine that computes other bits, a data set that is not there.
        let beginning = try source.manifest(end.seq)
        let parts = try Parts(
            recipe, space: space, state: try forked(beginning), manifest: beginning, execution: execution)
        let store = try CheckpointStore.fork(
            source, at: end.seq, into: RunFolder(root: root, name: name), recipe: Array(recipe.text.utf8),
            identity: JSON.text(
                RunIdentity(
                    space: origin.space.sourceText,
                    origin: .init(run: point.run, round: point.round, digest: end.digest))),
            writer: Version.program,
            state: { manifest in
                let state = try forked(manifest)
                return (JSON.bytes(state), state.digest)
            },
            rows: [.event(json: Event.session("fork", threads: nil, detail: "\(point.run)@\(point.round)").json)],
            upgrading: { Data(JSON.bytes(try stored($0))) })
        source.close()
        return try open(name: name, parts: parts, store: store, execution: execution, observer: observer)
    }

    /// Refuses a recipe the past was not made with.
    private static func checkFork(of origin: RecordedRun, to recipe: Recipe, space: SearchSpace, at round: Int) throws {
        let isSameSpace = space.sourceText == origin.space.sourceText
        if let key = recipe.keyOffThePast(of: origin.recipe, isSameSpace: isSameSpace) {
            throw SearchError.forkChanges(run: origin.name, round: round, key: key)
        }
    }
}

extension Recipe {
    /// The first key that keeps a run of this recipe from going on from another one's past; nil where none does.
    func keyOffThePast(of old: Recipe, isSameSpace: Bool) -> String? {
        func data(_ recipe: Recipe) -> DataChoice {
            var data = recipe.data
            data.folder = nil
            return data
        }
        let changed: [(String, Bool)] = [
            ("space", !isSameSpace), ("data", data(self) != data(old)), ("train.batch", train.batch != old.train.batch),
            ("sharing", !sharing.goesOn(from: old.sharing)),
        ]
        return changed.first(where: \.1)?.0
    }
}

extension Recipe.SharingChoice {
    /// Whether a past made with `other` can go on with this: groups and what they have in common stay as they are. One
    /// group, and one group until survivors are few, are the same past.
    func goesOn(from other: Recipe.SharingChoice) -> Bool {
        func beginsAsOne(_ mode: Mode) -> Bool {
            switch mode {
            case .all, .adaptive: true
            default: false
            }
        }
        return self == other || beginsAsOne(mode) && beginsAsOne(other.mode) && independent == other.independent
    }
}

extension Recipe.SpaceChoice {
    /// The space; where the recipe names the origin's, the text the origin keeps, whatever became of the file.
    fileprivate func resolve(keeping origin: RecordedRun) throws -> SearchSpace {
        self == origin.recipe.space ? origin.space : try resolve()
    }
}

extension RunState {
    /// What another recipe makes of the beginning of a round.
    fileprivate mutating func fork(from old: Recipe, to new: Recipe, space: SearchSpace) {
        let (before, after) = (old.identity(space: space), new.identity(space: space))
        guard before != after else { return }
        let coming = RunState.decisions(of: new).dropFirst(round)
        decisions = Array(decisions.prefix(round)) + coming
        isStopped = false
        if old.policy != new.policy { policy = nil }
        digest = SHA256.digest(of: Array((digest + after).utf8)).description
    }
}
