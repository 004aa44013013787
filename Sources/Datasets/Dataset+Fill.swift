internal import Foundations

extension Dataset {
    /// Floats of one image in nChw16c: ceil(c / 16) * h * w * 16.
    package var imageFloats: Int { (training.channels + 15) / 16 * training.height * training.width * 16 }

    /// Writes the image at `position` of a batch; positions are independent, so lanes may share the work.
    ///
    /// - Parameter image: [ceil(c/16)][h][w][16] floats, where this one image goes; channels past c become 0.
    /// - Returns: its label.
    package func fillImage(_ image: UnsafeMutablePointer<Float>, batch: Batch, position: Int) -> Int32 {
        let range = indices(of: batch.role)
        let index = batch.indices[position]
        require(0..<range.count ~= index, "image \(index) of role \(batch.role), which has \(range.count)")
        let set = images(of: batch.role)
        let at = range.lowerBound + index
        let view = batch.view(position: position)
        set.pixels.withUnsafeBufferPointer { pixels in
            decode(
                image, planes: pixels.baseAddress! + at * set.imageBytes, channels: set.channels, height: set.height,
                width: set.width, view: view, scale: scale, shift: shift)
        }
        return Int32(set.labels[at])
    }

    /// Writes a whole batch: images [n][ceil(c/16)][h][w][16], labels [n].
    package func fill(
        _ images: UnsafeMutablePointer<Float>, labels: UnsafeMutablePointer<Int32>, batch: Batch
    ) {
        for position in 0..<batch.count {
            labels[position] = fillImage(images + position * imageFloats, batch: batch, position: position)
        }
    }
}
