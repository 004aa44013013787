import Foundations
import Networks
import Supernets

/// What can go wrong with a run as a whole.
package enum SearchError: Complaint, Equatable {
    case diverged(run: String, step: Int, child: String, rate: Float)
    case notFinite(run: String, what: String, step: Int)
    case singleValueNorm(shape: String, batch: Int)
    case fingerprint(differences: [String])
    case dataChanged(set: String, recorded: String, found: String)
    case otherImages(of: String, than: String, expected: String, found: String)
    case missingBlob(run: String, blob: String)
    case unreadableState(run: String, what: String)
    case tooLarge(space: String, count: Int?)
    case foreignChild(space: String, child: String, nearest: String)
    case decisionAfterTheEnd(due: String, budget: String)
    case budgetTooSmall(round: Int, scoring: Double, room: Double, unit: String)
    case unknownChild(run: String, child: String)
    case emptyRole(String)
    case unequalArms(String)
    case mixedSeeds(development: UInt64, verdict: UInt64)
    case verdictFixed(comparison: String, what: String)
    case noComparison(name: String, root: String)
    case otherRecipe(run: String)
    case otherTruth(name: String, differences: [String])
    case cannotWrite(path: String)
    case noWeights(run: String, child: String)
    case forkPoint(String)
    case noSuchRound(run: String, round: Int, decided: Int)
    case forkChanges(run: String, round: Int, key: String)
    case foreignTensor(file: String, tensor: String?, why: String)
    case loop(run: String, point: String, count: Int, problem: String, command: String)
    case noGroupWeights(run: String, group: Int)
    case unknownGroup(run: String, group: Int, count: Int)
    case armChanged(comparison: String, arm: String, run: String, differences: [String])
    case offTrunk(arm: String, first: String, why: String)
    case otherChildren(space: String, arm: String, armSpace: String)
    case budgetTooLarge(budget: String, macs: Double)
    case truthTooSmall(scoring: String, budget: String)

    /// Runs `body`; what only the engine can notice is said in a user's words.
    package static func explaining<T>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as Engine.SingleValueNorm {
            throw SearchError.singleValueNorm(shape: "\(error.shape)", batch: error.images)
        }
    }

    package var exitCode: ExitCode {
        switch self {
        case .diverged, .notFinite: .diverged
        case .singleValueNorm, .tooLarge, .foreignChild, .decisionAfterTheEnd, .budgetTooSmall, .unequalArms,
            .verdictFixed, .otherRecipe, .otherTruth:
            .recipe
        case .fingerprint: .numerics
        case .dataChanged, .otherImages, .emptyRole: .dataset
        case .missingBlob, .unreadableState: .corrupt
        case .unknownChild, .mixedSeeds, .noComparison: .usage
        case .cannotWrite: .storage
        case .noWeights, .noGroupWeights, .unknownGroup, .forkPoint, .noSuchRound, .foreignTensor: .usage
        case .forkChanges, .armChanged, .offTrunk, .otherChildren, .budgetTooLarge, .truthTooSmall: .recipe
        case .loop(_, let point, _, _, _): point == "policy" ? .policy : .internal
        }
    }

    package var message: String {
        switch self {
        case .diverged(let run, let step, let child, let rate):
            "\(run): the loss is not finite at step \(step) (child \(child), learning rate \(rate))"
        case .notFinite(let run, let what, let step): "\(run): \(what) is not finite after \(step) steps"
        case .singleValueNorm(let shape, let batch):
            "a batch norm over one value: features \(shape), batch of \(batch) image\(batch == 1 ? "" : "s")"
        case .fingerprint(let differences):
            "this machine may compute other bits than the run so far: \(differences.joined(separator: "; "))"
        case .dataChanged(let set, let recorded, let found):
            "the \(set) images are not those the run began with: SHA-256 \(recorded.prefix(12))... expected, "
                + "\(found.prefix(12))... found"
        case .otherImages(let one, let other, let expected, let found):
            "\(one) has other images than \(other): SHA-256 \(expected.prefix(12))... expected, "
                + "\(found.prefix(12))... found"
        case .missingBlob(let run, let blob): "\(run): the checkpoint has no usable \(blob)"
        case .unreadableState(let run, let what): "\(run): the stored \(what) cannot be read"
        case .tooLarge(let space, let count):
            "sharing: space \(space) has \(count.map(String.init) ?? "more than 2^63") children, more than score.sample, and "
                + "children that are not listed can only share in one group"
        case .foreignChild(let space, let child, _):
            "space.only: \(child.debugDescription) names no child of \(space)"
        case .decisionAfterTheEnd(let due, let budget):
            "rounds: the decision at \(due) would come after the budget of \(budget) is spent"
        case .budgetTooSmall(let round, let scoring, let room, let unit):
            "round \(round): one scoring of the living children costs \(Int(scoring)) \(unit), the budget leaves "
                + "\(Int(room)) for the round"
        case .unknownChild(let run, let child): "\(run): no child \(child)"
        case .emptyRole(let role): "role \(role) holds no images"
        case .unequalArms(let why): why
        case .mixedSeeds(let low, let high):
            "seeds \(low) and \(high) in one comparison: below 1000 settings are developed, from 1000 on they are judged"
        case .verdictFixed(let comparison, let what):
            "\(comparison) is a verdict and was fixed before its first run: \(what)"
        case .noComparison(let name, let root): "there is no comparison \(name.debugDescription) in \(root)"
        case .otherRecipe(let run): "run \(run) exists and was made with another recipe"
        case .otherTruth(let name, let differences):
            "truth \(name) exists and was made with another recipe"
                + (differences.isEmpty ? "" : ": \(differences.prefix(4).joined(separator: "; "))")
                + (differences.count > 4 ? "; and \(differences.count - 4) more" : "")
        case .cannotWrite(let path): "\(path): cannot be written"
        case .forkPoint(let text): "--fork: expected RUN@ROUND, found \(text)"
        case .noSuchRound(let run, let round, let decided):
            "\(run): nothing can be forked at round \(round), \(decided) round\(decided == 1 ? " has" : "s have") been "
                + "decided and gone on from"
        case .forkChanges(let run, let round, let key):
            "\(key): \(round == 1 ? "the first round of \(run) was" : "the first \(round) rounds of \(run) were") made with another value"
        case .foreignTensor(let file, let tensor, let why):
            "\(file): \(tensor.map { "tensor \($0): " } ?? "")\(why)"
        case .loop(let run, let point, let count, let problem, _):
            "\(run): \(count) sessions have failed at the same point (\(point)): \(problem)"
        case .noWeights(let run, let child): "\(run): no weights are stored for child \(child) yet"
        case .noGroupWeights(let run, let group): "\(run): no weights are stored for group \(group) yet"
        case .unknownGroup(let run, let group, let count):
            "\(run): no group \(group), expected 0\(count > 1 ? " to \(count - 1)" : "")"
        case .armChanged(let comparison, let arm, let run, let differences):
            "\(comparison): arm \(arm) has runs of another recipe, such as \(run)"
                + (differences.isEmpty ? "" : ": \(differences.prefix(4).joined(separator: "; "))")
                + (differences.count > 4 ? "; and \(differences.count - 4) more" : "")
        case .offTrunk(let arm, let first, let why): "--trunk: \(arm) cannot go on from the trunk of \(first): \(why)"
        case .otherChildren(let space, let arm, let armSpace):
            "picks cannot be trained anew in space \(space): its children are not those of \(armSpace), the space of "
                + "arm \(arm)"
        case .budgetTooLarge(let budget, let macs):
            "train.budget: \(budget) are \(macs) multiply-adds, expected at most \(Budget.mostMACs)"
        case .truthTooSmall(let scoring, let budget):
            "train.budget: \(budget) for a child that trains alone, and its final score alone takes \(scoring)"
        }
    }

    package var hint: String {
        switch self {
        case .diverged, .notFinite: "lower train.optimizer.lr; the last checkpoint is untouched"
        case .singleValueNorm: "larger batches or images, or a batch that leaves no single image over"
        case .fingerprint: "go on where the run began, or pass --allow-inexact, which marks the run"
        case .dataChanged: "give the folder the run began with by --data"
        case .otherImages:
            "a comparison is on the same images: give the others' folder by --data, or take another --name"
        case .missingBlob, .unreadableState: "\(ProgramName.current) checkpoint verify tells more"
        case .tooLarge: "take sharing: {mode: all}, or raise score.sample (at most 20000)"
        case .foreignChild(_, _, let nearest): "the nearest is \(nearest)"
        case .decisionAfterTheEnd: "decide earlier, or raise train.budget; scoring is part of it"
        case .budgetTooSmall: "raise train.budget, lower data.hold-out, or decide later"
        case .unknownChild(let run, _): "\(ProgramName.current) show \(run) --round 0 lists the run's children"
        case .emptyRole(let role): "give data.hold-out.\(role) in the recipe"
        case .otherRecipe: "take another --name, or remove that run's folder"
        case .otherTruth: "take another --name, or the recipe it began with"
        case .unequalArms:
            "arms of a comparison spend equal multiply-adds, within 0.5 %, see the same images and score on one role"
        case .mixedSeeds: "take seeds such as 0..9 while settings are still chosen, and 1000..1011 for the verdict"
        case .verdictFixed: "go on with what was fixed, or take another --name and seeds nobody has seen"
        case .noComparison: "a part is NAME, or FOLDER/NAME for one that lives elsewhere"
        case .cannotWrite: "check that the folder exists, may be written, and has room"
        case .forkPoint: "ROUND counts the decisions made, from 1: demo@1"
        case .noSuchRound(let run, _, let decided):
            decided == 0 ? "wait for its first decision" : "take \(run)@\(decided) or an earlier one"
        case .forkChanges: "a fork may change everything but space, data, train.batch and sharing"
        case .foreignTensor:
            "\(ProgramName.current) checkpoint export writes such files; names and shapes are PyTorch's"
        case .loop(_, _, _, _, let command): "mend the cause, then: \(command)"
        case .unknownGroup(let run, _, _): "\(ProgramName.current) show \(run) --round R lists a round's groups"
        case .noWeights, .noGroupWeights: "wait for the run's first checkpoint"
        case .armChanged:
            "one arm is one recipe: take another --name, another name for the arm, or the recipe it began with"
        case .offTrunk: "leave out that arm or --trunk; all arms of a seed go on from one run's weights"
        case .otherChildren: "take a recipe whose space has the same slots and choices; its other parameters may differ"
        case .budgetTooLarge: "lower train.budget"
        case .truthTooSmall: "raise train.budget: it is that of each child"
        }
    }
}
