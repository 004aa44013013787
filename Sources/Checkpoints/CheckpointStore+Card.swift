import Foundations

/// A `run.json` that could not be written, or not yet.
struct OwedCard: Sendable {
    /// The round end that has moved the floor, and the rows committed with it; nil where an earlier process made it.
    var manifest: Manifest?
    var rows: [Row] = []

    /// Whether the commit is the one that has been made already.
    func isFor(_ commit: Commit, _ blobs: [BlobReference]) -> Bool {
        guard let manifest else { return false }
        return commit.isRoundEnd == manifest.isRoundEnd && commit.phase == manifest.phase
            && commit.round == manifest.round && commit.step == manifest.step && commit.digest == manifest.digest
            && commit.fingerprint == manifest.fingerprint && manifest.state.elementsEqual(commit.state)
            && blobs == manifest.blobs
            // As text: a metric that is no number is not equal to itself.
            && "\(commit.rows)" == "\(rows)"
    }
}

extension CheckpointStore {
    /// Writes `run.json` where it is owed.
    func payCard() throws {
        let (card, isOwed) = state.withLock { ($0.card, $0.owed != nil) }
        if !isOwed { return }
        try requireFolder()
        try card.write(to: folder.card)
        state.withLock { $0.owed = nil }
    }

    /// Writes `run.json` where it is owed. - Returns: the number of the commit where that was all it lacked.
    func payCard(for commit: Commit, _ blobs: [(blob: Blob, reference: BlobReference)]) throws -> Int? {
        guard let owed = state.withLock({ $0.owed }) else { return nil }
        try payCard()
        return owed.isFor(commit, blobs.map(\.reference)) ? owed.manifest?.seq : nil
    }

    /// Brings `run.json` up to the store at opening: a process that ended between a commit and the card's writing has
    /// left it behind. Where it cannot be written now, it stays owed; the next commit says why.
    func catchUpCard() {
        state.withLock { state in
            let end = state.manifests.values.filter(\.isRoundEnd).map(\.seq).max() ?? 0
            guard end > state.card.floor || state.recordedSchema != state.card.schema else { return }
            state.card.floor = max(end, state.card.floor)
            state.card.schema = state.recordedSchema
            state.owed = OwedCard()
        }
        try? payCard()
    }
}
