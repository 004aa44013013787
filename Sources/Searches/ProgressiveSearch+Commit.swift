import Architectures
import Checkpoints
import Foundations
import Policies
import Supernets

extension ProgressiveSearch {
    /// Makes the round durable in one transaction: decision, scores, groups, weights and the advanced digest.
    func commit(_ ranking: Ranking, _ answer: Answer, _ regrouping: Regrouping) throws {
        let verdict = answer.verdict
        let row = roundRow(ranking, answer, regrouping)
        // Groups that nobody inherits leave with their children; their arenas stay in this round's checkpoint.
        let gone = SharedWeights.lost(
            arenas: supernet.weights.arenas.count, parents: regrouping.parents, reset: regrouping.reset)
        let left = gone.flatMap { supernet.weights.blobs(of: $0, as: "left/\($0)") }
        let meters =
            state.meters.isEmpty ? [] : regrouping.sharing.groups.indices.map { state.meters[regrouping.parents[$0]] }
        try supernet.split(regrouping.sharing, parents: regrouping.parents, reset: regrouping.reset)
        let round = state.round
        let told = row.told(scoreRows(row, ranking))
        let rows = advance(row, ranking)
        state.decisions = decisions(after: answer)
        state.isStopped = verdict.stop
        remember(keeping: Set(verdict.keep + verdict.probation))
        state.round += 1
        state.roundStart = state.spending
        (state.meters, state.startMeters) = (meters, meters)
        state.probation = regrouping.probation
        (state.groups, state.open) = membership(regrouping.sharing)
        state.policy = verdict.state
        state.answer = nil
        pairs = []
        prepare()
        try checkpoint(phase: .train, rows: rows, left: left, endsRound: true)
        try observer.decided(told, step: row.step)
        for note in answer.notes { try observer.note("round \(round): \(note)") }
        let groups = supernet.sharing.groups.count
        try observer.note(
            "round \(round): kept \(row.alive ?? "\(row.survivors.count)") of "
                + "\(row.alive == nil ? "\(ranking.entries.count)" : "those alive") by \(answer.policy), "
                + "\(groups) group\(groups == 1 ? "" : "s"); best so far \(ranking.entries[0].label)"
        )
    }

    /// Records the final ranking; the run is done.
    func conclude(_ ranking: Ranking) throws {
        let verdict = Verdict(keep: ranking.entries.map(\.label), dropped: [])
        let sharing = supernet.sharing
        let row = roundRow(
            ranking, Answer(verdict: verdict, policy: "final ranking", version: "1"),
            Regrouping(
                sharing: sharing, parents: Array(0..<sharing.arenaCount), reset: .none, probation: [], how: nil))
        let told = row.told(scoreRows(row, ranking))
        let rows = advance(row, ranking)
        state.round += 1
        try checkpoint(phase: .done, rows: rows, endsRound: true)
        try observer.decided(told, step: row.step)
        try observer.note("done: best \(ranking.entries[0].label), \(space.genotype(of: ranking.entries[0].child))")
    }

    /// The labels of all groups, or what restricts a space too large to list.
    func membership(_ sharing: Sharing) -> (groups: [[String]], open: RunState.OpenSet?) {
        guard let restriction = sharing.restriction else {
            return (sharing.groups.map { $0.map { space.label(of: $0) } }, nil)
        }
        let excluded = restriction.excluded.sorted().map { space.label(of: $0) }
        return ([], RunState.OpenSet(allowed: restriction.allowed.map { $0.map(Int.init) }, excluded: excluded))
    }

    /// Keeps this round's scorings for as long as something looks at them: the last one for the agreement of rankings, all
    /// where groups go by correlation.
    private func remember(keeping labels: Set<String>) {
        let correlates =
            recipe.rounds.contains { $0.regroup?.by == .correlation }
            || {
                if case .adaptive(let grouping, _, _) = recipe.sharing.mode {
                    grouping.by == .correlation
                } else {
                    false
                }
            }()
        state.earlier += state.snapshots.map { .init(step: $0.step, scores: values(of: $0)) }
        if !correlates { state.earlier = state.earlier.suffix(1) }
        for place in state.earlier.indices {
            state.earlier[place].scores = state.earlier[place].scores.filter { labels.contains($0.key) }
        }
        state.snapshots = []
    }

    /// Advances the digest and gives the round's rows.
    private func advance(_ row: RoundRow, _ ranking: Ranking) -> [Row] {
        let scores = scoreRows(row, ranking)
        state.digest = RoundDigest.advance(state.digest, row: row, scores: scores, weights: supernet.weights)
        return [.round(row.round, json: JSON.text(row))]
            + scores.map { .score(round: row.round, child: $0.child, json: JSON.text($0)) }
    }
}
