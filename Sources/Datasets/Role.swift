/// What images are used for. The training set is cut, in file order, into train | rank | pick.
package enum Role: String, Sendable, Codable, CaseIterable {
    /// Weights are trained on these.
    case train
    /// Batch-norm statistics are calibrated on these: the train images, of which
    /// ``Dataset/calibration(images:batch:round:seeds:augmentation:)`` draws some.
    case calibrate
    /// Decisions between children are taken on these.
    case rank
    /// Untouched until the final choice: the very end of the training set.
    case pick
    /// The test set; for no decision unless a recipe says so.
    case test
}

/// How many images are taken from the end of the training set.
package struct HoldOut: Sendable, Hashable, Codable {
    package var rank: Int
    package var pick: Int

    package init(rank: Int = 0, pick: Int = 0) {
        self.rank = rank
        self.pick = pick
    }
}
