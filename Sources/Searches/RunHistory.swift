import Checkpoints
import Foundations

/// All a run's store holds beside weights, as one document: schema `espalier.history/1`.
///
/// Rounds, scores and metrics are as of the newest checkpoint: what a search at work has recorded since is left out.
package struct RunHistory: Encodable {
    let schema = "espalier.history/1"
    let run: String
    let phase: String
    let seeds: Seeds
    /// The resolved recipe as YAML; reading it back gives the run's recipe.
    let recipe: String
    /// The space's own YAML.
    let space: String
    let digest: String
    let best: String?
    let groups: [[String]]
    let rounds: [Round]
    let metrics: [Series]
    let events: [Event]
    let checkpoints: [Checkpoint]

    struct Round: Encodable {
        let decision: RoundRow
        let scores: [ScoreRow]
    }

    /// `steps[i]` batches had been trained before the one whose value is `values[i]`; null where it is not finite.
    struct Series: Encodable {
        let series: String
        let steps: [Int]
        let values: [Double?]
    }

    struct Checkpoint: Encodable {
        let seq: Int
        /// The checkpoint before this one, which may be gone; the newest round end before it.
        let parent: Int?
        let anchor: Int?
        let phase: String
        let round: Int
        let batch: Int
        let isRoundEnd: Bool
        let digest: String
        let fingerprint: String
        let tags: [String]
        let blobs: [BlobReference]
    }

    /// - Throws: ``StoreError``, ``SearchError/unreadableState(run:what:)``.
    package init(_ store: CheckpointStore, name: String) throws {
        let recorded = try RecordedRun(store, name: name)
        let head = recorded.head
        run = name
        phase = head.phase.rawValue
        seeds = recorded.recipe.seeds
        recipe = String(decoding: try store.recipe(), as: UTF8.self)
        space = recorded.space.sourceText
        digest = recorded.digest
        best = recorded.best
        groups = recorded.groups
        rounds = recorded.rounds.map { Round(decision: $0, scores: recorded.scores[$0.round] ?? []) }
        metrics = try store.series().map { series in
            let points = try store.metrics(series).filter { $0.step < head.step }
            return Series(
                series: series, steps: points.map(\.step),
                values: points.map { $0.value.isFinite ? $0.value : nil })
        }
        events = recorded.events
        let tags = try store.tags()
        checkpoints = try store.manifests().filter { $0.seq <= head.seq }.map { manifest in
            Checkpoint(
                seq: manifest.seq, parent: manifest.parent?.seq, anchor: manifest.anchor?.seq,
                phase: manifest.phase.rawValue, round: manifest.round, batch: manifest.step,
                isRoundEnd: manifest.isRoundEnd, digest: manifest.digest, fingerprint: manifest.fingerprint,
                tags: tags.filter { $0.seq == manifest.seq }.map(\.name), blobs: manifest.blobs)
        }
    }
}
