package import Foundations

extension ImageSet {
    /// SHA-256 of shape, classes, labels and pixels, not of names: equal for sets that train the same.
    /// Cost: one pass over the bytes.
    package func contentHash() -> Digest {
        var hash = SHA256()
        hash.update("\(count) \(channels) \(height) \(width) \(classes)\n")
        hash.update(labels)
        hash.update(pixels)
        return hash.finalize()
    }
}

extension Dataset {
    /// SHA-256 of the training set's hash and the test set's; roles and normalisation are outside.
    package func contentHash() -> Digest {
        SHA256.digest(of: training.contentHash().bytes + test.contentHash().bytes)
    }
}
