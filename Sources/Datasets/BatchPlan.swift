package import Foundations

/// The training batches of a run: a function of (seeds, step) and nothing else.
///
/// One step counter runs over all epochs. An epoch is a permutation of the train images cut into batches; the last
/// batch of an epoch holds what is left. The permutation of the epoch used last is kept to save time; dropping it
/// changes nothing.
package struct BatchPlan: Sendable {
    /// Images of the train role, n > 0.
    package let count: Int
    /// Images a batch, > 0.
    package let batch: Int
    package let seeds: Seeds
    package let augmentation: Augmentation
    private var kept: (epoch: Int, order: [Int])?

    package init(count: Int, batch: Int, seeds: Seeds, augmentation: Augmentation) {
        require(count > 0 && batch > 0, "\(count) images in batches of \(batch), expected both > 0")
        self.count = count
        self.batch = batch
        self.seeds = seeds
        self.augmentation = augmentation
    }

    /// ceil(n / batch).
    package var stepsPerEpoch: Int { (count + batch - 1) / batch }

    /// The order of the train images in an epoch; key (seeds.data, data, step: epoch). Cost: n draws.
    package func permutation(epoch: Int) -> [Int] {
        var stream = RandomStream(seed: seeds.data, purpose: .data, step: epoch)
        return stream.permutation(count)
    }

    /// How many images step `step` sees: `batch`, fewer at the end of an epoch.
    package func size(step: Int) -> Int { min(batch, count - step % stepsPerEpoch * batch) }

    /// How many images the steps before `step` saw.
    package func images(before step: Int) -> Int {
        step / stepsPerEpoch * count + step % stepsPerEpoch * batch
    }

    /// The batch of a step >= 0; augmented by the key (seeds.augment, augment, step, lane: position).
    /// Cost: one permutation when the epoch changes.
    package mutating func batch(step: Int) -> Batch {
        let epoch = step / stepsPerEpoch
        if kept?.epoch != epoch { kept = (epoch, permutation(epoch: epoch)) }
        let start = step % stepsPerEpoch * batch
        return Batch(
            role: .train, indices: Array(kept!.order[start..<min(start + batch, count)]),
            augment: AugmentKey(augmentation, seed: seeds.augment, step: step))
    }
}
