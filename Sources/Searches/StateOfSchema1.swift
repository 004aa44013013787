import Foundation
import Policies

/// A run's state as stores of schema 1 hold it: it grew key by key, so that a state of the first programs lacks the later
/// ones.
private struct StateOfSchema1: Decodable {
    let round: Int
    let decisions: [RunState.Decision]?
    let isStopped: Bool?
    let spending: Spending
    let roundStart: Spending
    let meters: [Spending]?
    let startMeters: [Spending]?
    let groups: [[String]]
    let open: RunState.OpenSet?
    let probation: [String]?
    let snapshots: [Snapshot]
    let earlier: [RunState.Earlier]?
    let policy: String?
    let answer: Answer?
    let data: String?
    let images: ImageFormat?
    let digest: String
}

extension RunState {
    /// Reads a state of schema 1; what its run did not have yet stands at its beginning, and decisions are the recipe's.
    ///
    /// - Throws: `DecodingError`.
    init(schema1 data: Data, of recipe: Recipe) throws {
        let old = try JSONDecoder().decode(StateOfSchema1.self, from: data)
        self.init(
            round: old.round, decisions: old.decisions ?? RunState.decisions(of: recipe),
            isStopped: old.isStopped ?? false, spending: old.spending, roundStart: old.roundStart,
            meters: old.meters ?? [], startMeters: old.startMeters ?? [], groups: old.groups, open: old.open,
            probation: old.probation ?? [], snapshots: old.snapshots, earlier: old.earlier ?? [], policy: old.policy,
            answer: old.answer, data: old.data, images: old.images, digest: old.digest)
    }

    /// The state a checkpoint holds, of a store of any schema; nil where it cannot be read.
    static func stored(_ data: Data, schema: Int, of recipe: Recipe) -> RunState? {
        schema == 1 ? try? RunState(schema1: data, of: recipe) : try? JSONDecoder().decode(RunState.self, from: data)
    }
}
