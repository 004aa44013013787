package import Foundations

extension Dataset {
    /// The images of a role in file order, whole, the last batch holding what is left.
    /// - Parameter limit: the first so many images; nil takes all.
    package func batches(of role: Role, batch: Int, limit: Int? = nil) -> [Batch] {
        require(batch > 0 && limit ?? 0 >= 0, "batch \(batch) and limit \(limit ?? 0), expected > 0 and >= 0")
        let count = min(count(of: role), limit ?? Int.max)
        return stride(from: 0, to: count, by: batch).map { start in
            Batch(role: role, indices: Array(start..<min(start + batch, count)))
        }
    }

    /// The batches batch-norm statistics are calibrated on: augmented train images, the same for every child of a
    /// round.
    ///
    /// The order is a permutation by the key (seed, sample, round); the crops of batch k have the steps from 2^31 up,
    /// so that other draws of the purpose can have the ones below (probes those from 2^30 up).
    ///
    /// - Parameter images: how many; at most every train image once.
    package func calibration(images: Int, batch: Int, round: Int, seeds: Seeds, augmentation: Augmentation) -> [Batch] {
        require(batch > 0 && images > 0, "\(images) images in batches of \(batch), expected both > 0")
        let seed = seeds[.sample]
        var stream = RandomStream(seed: seed, purpose: .sample, round: round, step: calibrationSteps)
        let order = stream.permutation(count(of: .calibrate))
        let count = min(images, order.count)
        return stride(from: 0, to: count, by: batch).enumerated().map { k, start in
            Batch(
                role: .calibrate, indices: Array(order[start..<min(start + batch, count)]),
                augment: AugmentKey(
                    augmentation, seed: seed, purpose: .sample, round: round, step: calibrationSteps + 1 + k))
        }
    }

    /// The batches a probe fine-tunes on: augmented train images, the same for every child of a scoring, others in the
    /// next one.
    ///
    /// The order is a permutation by the key (seed, sample, round, step: 2^30 + scoring * 2^16), gone through again where
    /// more images are asked for than there are; the crops of batch k have the k + 1 th step after it.
    ///
    /// - Parameters:
    ///   - count: of batches, 0 ..< 2^16 - 1.
    ///   - batch: images in each; all of them where there are fewer.
    ///   - scoring: of the round, 0 ..< 2^14.
    package func probe(
        batches count: Int, batch: Int, round: Int, scoring: Int, seeds: Seeds, augmentation: Augmentation
    ) -> [Batch] {
        require(batch > 0, "batches of \(batch) images, expected > 0")
        require(
            0..<((1 << 16) - 1) ~= count && 0..<(1 << 14) ~= scoring,
            "\(count) probe batches of scoring \(scoring), expected below 65535 and 16384")
        let seed = seeds[.sample]
        let first = probeSteps + (scoring << 16)
        var stream = RandomStream(seed: seed, purpose: .sample, round: round, step: first)
        let order = stream.permutation(self.count(of: .train))
        let size = min(batch, order.count)
        return (0..<count).map { k in
            Batch(
                role: .train, indices: (0..<size).map { order[(k * size + $0) % order.count] },
                augment: AugmentKey(augmentation, seed: seed, purpose: .sample, round: round, step: first + 1 + k))
        }
    }
}

private let calibrationSteps = 1 << 31
private let probeSteps = 1 << 30
