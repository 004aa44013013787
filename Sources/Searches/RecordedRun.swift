import Architectures
import Checkpoints
import Datasets
import Foundation
import Foundations
import Reports

/// A run as its store tells it, without data or weights.
package struct RecordedRun {
    package let name: String
    package let recipe: Recipe
    package let space: SearchSpace
    /// The checkpoint everything below was read from.
    package let head: Manifest
    /// Where its past or its first weights come from; nil for a run that began with nothing.
    package let origin: RunIdentity.Origin?
    let state: RunState
    let rounds: [RoundRow]
    let scores: [Int: [ScoreRow]]
    let events: [Event]

    /// - Throws: ``StoreError``, ``SearchError/unreadableState(run:what:)``.
    package init(_ store: CheckpointStore, name: String) throws {
        self.name = name
        head = try store.newest()
        let constants = try Constants(name: name, recipe: store.recipe(), identity: store.identity())
        (recipe, space, origin) = (constants.recipe, constants.space, constants.origin)
        state = try constants.state(head, schema: store.recordedSchema)
        func rows<T: Decodable>(_ type: T.Type, _ texts: [String], _ what: String) throws -> [T] {
            try texts.map {
                guard let row = JSON.decode(type, $0) else {
                    throw SearchError.unreadableState(run: name, what: what)
                }
                return row
            }
        }
        // A search at work may have decided another round since; it belongs to the next checkpoint.
        let decided = state.round
        rounds = try rows(RoundRow.self, try store.rounds().map(\.json), "round").filter { $0.round < decided }
        var scores: [Int: [ScoreRow]] = [:]
        for round in rounds {
            scores[round.round] = try rows(
                ScoreRow.self, try store.scores(round.round).map(\.json), "score")
        }
        self.scores = scores
        events = try rows(Event.self, try store.events().map(\.json), "event")
    }

    /// What belongs to a run from its creation.
    struct Constants {
        let name: String
        let recipe: Recipe
        let space: SearchSpace
        let origin: RunIdentity.Origin?

        init(name: String, recipe text: [UInt8], identity: String) throws {
            self.name = name
            let source = String(decoding: text, as: UTF8.self)
            recipe = try Recipe(StrictYAML.parse(source, path: "\(name): stored recipe"), resolvingPolicy: false)
            guard let identity = JSON.decode(RunIdentity.self, identity) else {
                throw SearchError.unreadableState(run: name, what: "identity")
            }
            space = try SearchSpace.load(text: identity.space, path: "\(name): stored space")
            origin = identity.origin
        }

        func state(_ manifest: Manifest, schema: Int) throws -> RunState {
            guard let state = RunState.stored(manifest.state, schema: schema, of: recipe) else {
                throw SearchError.unreadableState(run: name, what: "state")
            }
            return state
        }
    }

    /// The living children's labels, group by group.
    package var groups: [[String]] { state.groups }
    package var digest: String { state.digest }
    package var spending: Spending { state.spending }

    /// The child chosen; nil before the end.
    package var best: String? { head.phase == .done ? rounds.last?.survivors.first : nil }

    /// What a reader must know before any figure.
    package var stamps: [String] { recipeStamps + ownStamps }

    /// Of how it was to be done: the same of every run of its recipe.
    package var recipeStamps: [String] {
        var stamps: [String] = []
        if recipe.score.role == .test {
            stamps.append("Children were scored on the test set: these figures are no estimate for unseen images.")
        }
        if recipe.score.role == .train { stamps.append("Children were scored on images they were trained on.") }
        for stamp in rounds.compactMap(\.stamp) where !stamps.contains(stamp) { stamps.append(stamp) }
        if recipe.score.model.sizePrior != 0 {
            stamps.append(
                "Children were ranked \(recipe.score.model.label ?? ""): a part of the ranking is size, not measurement."
            )
        }
        return stamps
    }

    /// Of what has happened to this run alone.
    package var ownStamps: [String] {
        var stamps: [String] = []
        if let divergence { stamps.append("This run has diverged and has not ended: \(divergence).") }
        if let inexact = events.compactMap(\.detail).first(where: { $0.hasPrefix("inexact") }) {
            stamps.append("This run went on where numbers may differ from its beginning (\(inexact)).")
        }
        if events.compactMap(\.detail).contains(where: { $0.hasSuffix(Event.lost) }) {
            stamps.append(
                "Records of this run's sessions were damaged and are lost: whether all ran alike is not known.")
        }
        return stamps
    }

    /// What was said when numbers stopped being finite; nil where the run has ended, or has got further since.
    package var divergence: String? {
        guard head.phase != .done, let last = events.last(where: { $0.kind != Event.working }),
            last.kind == Event.diverged
        else { return nil }
        return last.detail
    }

    /// Seconds of work that reached a checkpoint.
    package var seconds: Double { events.reduce(0) { $0 + ($1.seconds ?? 0) } }

    /// Refuses images that are not the run's.
    package func check(_ dataset: Dataset) throws {
        let hash = dataset.contentHash().description
        guard let recorded = state.data, recorded != hash else { return }
        throw SearchError.dataChanged(set: recipe.data.set, recorded: recorded, found: hash)
    }

    /// What the run's images look like, and their SHA-256; nil before its first checkpoint.
    package var images: ImageFormat? { state.images }
    package var imagesHash: String? { state.data }

    /// The round (decision) that dropped a child, nil while it lives. One that came back from probation has not left, and
    /// one on probation left when that began.
    package func roundDropped(_ label: String) -> Int? {
        var left: Int?
        for row in rounds {
            if row.survivors.contains(label) { left = nil }
            if left == nil, row.dropped.contains(where: { $0.child == label }) { left = row.round }
        }
        return left
    }

    /// The group whose weights a child has; nil where they were taken away. Probation keeps them.
    func group(of child: Child) -> Int? {
        let label = space.label(of: child)
        if let group = groups.firstIndex(where: { $0.contains(label) }) { return group }
        guard let open = state.open, !open.excluded.contains(label) else { return nil }
        return zip(child.choices, open.allowed).allSatisfy { $1.contains(Int($0)) } ? 0 : nil
    }

    /// The round whose commit took a child's weights away, by name or through a choice of its own.
    func roundWeightsLeft(_ child: Child) -> Int? {
        let label = space.label(of: child)
        let named = rounds.last { $0.dropped.contains { $0.child == label } }
        let chosen = rounds.first { row in
            (row.droppedChoices ?? []).contains { item in
                space.slots.indices.contains {
                    space.slots[$0].name == item.slot && space.choice(of: child, atSlot: $0) == item.choice
                }
            }
        }
        return (named ?? chosen)?.round
    }

    /// While a space is too large to list, all share one group.
    func openGroup(_ row: RoundRow) -> Int? { row.round == 0 || row.alive != nil || row.groups.count == 1 ? 0 : nil }

    /// What `search`, `resume` and `show` print.
    package func record(storeBytes: Int) -> RunRecord {
        let records = rounds.map { $0.told(scores[$0.round] ?? []) }
        let seconds = self.seconds
        return RunRecord(
            run: name, phase: head.phase.rawValue, seed: recipe.seeds.order, recipe: recipe.title, digest: digest,
            images: spending.images, macs: spending.macs, executedMacs: spending.executedMACs, storeBytes: storeBytes,
            rounds: records, best: best,
            imagesPerSecond: seconds > 0 ? Double(spending.images) / seconds : 0, wallSeconds: seconds)
    }
}

extension JSON {
    package static func decode<T: Decodable>(_ type: T.Type, _ text: String) -> T? {
        try? JSONDecoder().decode(type, from: Data(text.utf8))
    }
}
