internal import Foundations

/// A training set and a test set of one shape, the roles of their images, and how bytes become floats.
package struct Dataset: Sendable, Hashable {
    package let name: String
    package let training: ImageSet
    package let test: ImageSet
    package let holdOut: HoldOut
    package let normalisation: Normalisation
    /// normalised = byte * scale[c] + shift[c].
    package let scale: [Float]
    package let shift: [Float]

    /// - Parameter normalisation: nil computes it from the bytes of the train role.
    /// - Throws: ``DatasetError`` where the hold-outs leave no image to train on.
    package init(
        name: String, training: ImageSet, test: ImageSet, holdOut: HoldOut, normalisation: Normalisation? = nil
    ) throws(DatasetError) {
        require(
            training.channels == test.channels && training.height == test.height && training.width == test.width
                && training.classes == test.classes,
            "training and test images differ in shape or classes")
        guard holdOut.rank >= 0, holdOut.pick >= 0 else {
            throw DatasetError(
                "data.hold-out", "rank \(holdOut.rank), pick \(holdOut.pick), expected numbers >= 0")
        }
        let (held, overflow) = holdOut.rank.addingReportingOverflow(holdOut.pick)
        guard !overflow, held < training.count else {
            throw DatasetError(
                "data.hold-out",
                "rank \(holdOut.rank) and pick \(holdOut.pick) leave nothing of the \(training.count) training images "
                    + "of \(name)",
                hint: "hold out fewer than \(training.count) images together")
        }
        self.name = name
        self.training = training
        self.test = test
        self.holdOut = holdOut
        self.normalisation = normalisation ?? Normalisation(of: training, range: 0..<training.count - held)
        (scale, shift) = self.normalisation.scaleAndShift
        require(
            self.normalisation.mean.count == training.channels && self.normalisation.std.count == training.channels,
            "normalisation of \(self.normalisation.mean.count) channels, images have \(training.channels)")
    }

    package var classes: Int { training.classes }

    /// The set a role lies in.
    package func images(of role: Role) -> ImageSet { role == .test ? test : training }

    /// The images of a role, as indices into ``images(of:)``. May be empty for rank and pick.
    package func indices(of role: Role) -> Range<Int> {
        let end = training.count
        let pick = end - holdOut.pick
        let rank = pick - holdOut.rank
        return switch role {
        case .train, .calibrate: 0..<rank
        case .rank: rank..<pick
        case .pick: pick..<end
        case .test: 0..<test.count
        }
    }

    package func count(of role: Role) -> Int { indices(of: role).count }
}
