import Datasets
import Foundations
import Policies
import Supernets

extension Recipe {
    /// The recipe as YAML with every key spelt out: what is stored with a run. Reading it back gives an equal recipe.
    package var text: String { text(policy: policy.yaml) }

    func text(policy: String) -> String {
        """
        schema: \(Recipe.schema)
        space: \(spaceText)
        data:
          set: \(data.set)\(data.folder.map { "\n  folder: \(quoted($0))" } ?? "")
          hold-out: {rank: \(data.holdOut.rank), pick: \(data.holdOut.pick)}
          resize: \(data.resize.map(String.init) ?? "none")
          augment: [\(data.augmentation.words.joined(separator: ", "))]
        \(data.set == "synthetic" ? syntheticText + "\n" : "")\
        seeds: {init: \(seeds.initialisation), order: \(seeds.order), data: \(seeds.data), augment: \(seeds.augment)}
        train:
          batch: \(train.batch)
          budget: {\(train.budget.unit.rawValue): \(number(train.budget.amount))}
          optimizer: {lr: \(train.schedule.start), lr-end: \(train.schedule.end), \
        schedule: \(train.schedule.shape.rawValue), restart: \(train.schedule.restart.rawValue), \
        warm-up: \(train.schedule.warmUp), momentum: \(train.optimizer.momentum), \
        weight-decay: \(train.optimizer.weightDecay), unsampled: \(train.optimizer.unsampled.rawValue)}
          bn-momentum: \(train.normMomentum)
          sampling: \(train.sampling.text)
        sharing: \(sharing.text)
        score: \(score.text)
        rounds:\(rounds.isEmpty ? " []" : rounds.map { "\n  - \(text(of: $0))" }.joined())
        policy: \(policy)
        checkpoint: {every-batches: \(checkpoint.everyBatches), every-seconds: \(number(checkpoint.everySeconds)), \
        keep: \(checkpoint.keep)}

        """
    }

    private var spaceText: String {
        var keys = space.parameters.sorted { $0.key < $1.key }.map { ", \($0.key): \($0.value)" }.joined()
        if !space.only.isEmpty { keys += ", only: [\(space.only.map(quoted).joined(separator: ", "))]" }
        return keys.isEmpty ? quoted(space.use) : "{use: \(quoted(space.use))\(keys)}"
    }

    private var syntheticText: String {
        let synthetic = data.synthetic
        let pairs =
            ["seed: \(synthetic.seed)"]
            + SyntheticRecipe.counts.map { "\($0.key): \(synthetic[keyPath: $0.path])" }
            + SyntheticRecipe.reals.map { "\($0.key): \(number(synthetic[keyPath: $0.path]))" }
        return "  synthetic: {\(pairs.joined(separator: ", "))}"
    }

    private func text(of round: Round) -> String {
        let regroup = round.regroup.map { "{\($0.keys)}" } ?? "none"
        return "{\(round.at.unit.rawValue): \(number(round.at.amount)), regroup: \(regroup)}"
    }

    /// Whole numbers without a point.
    private func number(_ value: Double) -> String { Int(exactly: value).map(String.init) ?? "\(value)" }

    private func quoted(_ text: String) -> String { YAMLTree.text(text).text.trimmingNewlines }
}

extension String {
    fileprivate var trimmingNewlines: String {
        var text = self
        while text.last == "\n" { text.removeLast() }
        return text
    }
}
