package import Foundations

/// Which random changes training images undergo: a crop of the image padded with black, and a left-right mirror.
package struct Augmentation: Sendable, Hashable, Codable {
    /// Offsets are uniform in -crop...crop, rows and columns each; 0 is none.
    package var crop: Int
    /// Mirrors with probability 1/2.
    package var flip: Bool

    package init(crop: Int = 0, flip: Bool = false) {
        self.crop = crop
        self.flip = flip
    }

    package static let none = Augmentation()

    /// From the words of a recipe: `crop-4` (any number 1 to 16) and `flip`, each at most once.
    /// - Throws: ``DatasetError`` that quotes the word.
    package init(words: [String]) throws(DatasetError) {
        self.init()
        for word in words {
            if word == "flip", !flip {
                flip = true
            } else if word.hasPrefix("crop-"), crop == 0, let size = Int(word.dropFirst(5)),
                1...16 ~= size, word == "crop-\(size)"
            {
                crop = size
            } else {
                throw DatasetError(
                    "data.augment", "found \"\(word)\", expected crop-N (N from 1 to 16) and flip, each at most once")
            }
        }
    }

    /// The words of a recipe that make this.
    package var words: [String] { (crop > 0 ? ["crop-\(crop)"] : []) + (flip ? ["flip"] : []) }
}

/// Where the draws of one batch come from: every image's crop and flip is a function of these and its position.
package struct AugmentKey: Sendable, Hashable {
    package let augmentation: Augmentation
    package let seed: UInt64
    package let purpose: Purpose
    package let round: Int
    package let step: Int

    package init(
        _ augmentation: Augmentation, seed: UInt64, purpose: Purpose = .augment, round: Int = 0, step: Int
    ) {
        self.augmentation = augmentation
        self.seed = seed
        self.purpose = purpose
        self.round = round
        self.step = step
    }

    /// The view of the image at a position of the batch. Draws, in this order: dy, dx, flip.
    package func view(position: Int) -> View {
        var stream = RandomStream(seed: seed, purpose: purpose, round: round, step: step, lane: position)
        let span = 2 * augmentation.crop + 1
        let dy = stream.below(span) - augmentation.crop
        let dx = stream.below(span) - augmentation.crop
        return View(dy: dy, dx: dx, flip: augmentation.flip && stream.below(2) == 1)
    }
}

/// What of an image is seen: output pixel (y, x) shows input (y + dy, x + dx), then mirrored left-right where `flip`;
/// outside the image lies black.
package struct View: Sendable, Hashable {
    package var dy: Int
    package var dx: Int
    package var flip: Bool

    package init(dy: Int, dx: Int, flip: Bool) {
        self.dy = dy
        self.dx = dx
        self.flip = flip
    }

    package static let whole = View(dy: 0, dx: 0, flip: false)
}
