/// How the built-in set is drawn. Equal recipes give equal bytes on every machine.
///
/// Classes come in up to three families:
/// - *fine*: a grating of a short period; the class is its angle. Small kernels suffice.
/// - *coarse*: a short-period grating of any angle whose strength varies with a long period; the class is the angle of
///   that envelope. No linear filter sees it: fine energy has to be found first, then compared over a long way.
/// - *relation*: pairs of marks, a horizontal and a vertical bar of 3 pixels; the class is the direction from one to
///   the other at a distance that varies a little. Only filters wider than the distance (or a chain of smaller ones)
///   see both.
///
/// The defaults draw ten classes of relations and none of the others: `docs/synthetic.md` says why.
///
/// Angles lie in the half circle that a left-right mirror maps to itself and every image is mirrored at random, so
/// `flip` keeps the class. Sign, phase, position, colour, contrast and background are random, so the mean image and the
/// mean colour are nearly the same for all classes. A crop cuts off many pairs.
package struct SyntheticRecipe: Sendable, Hashable, Codable {
    /// Of the pixels; independent of the run's seeds, so that a table of stand-alone results stays valid.
    package var seed: UInt64 = 1
    package var train = 4000
    package var test = 2000
    /// Pixels a side, 8 to 64.
    package var side = 12
    /// 1 or 3.
    package var channels = 3
    /// Classes of each family, 0 or at least 2; together 2 to 64.
    package var fine = 0
    package var coarse = 0
    package var relation = 10

    /// Of the fine grating and of the carrier under the coarse envelope, pixels, >= 2.
    package var finePeriod = 2.75
    /// Of the coarse envelope, pixels, >= 2.
    package var coarsePeriod = 10.0
    /// Between the centres of a pair of marks, pixels, >= 1; with the jitter at most side - 3.
    package var distance = 8.0
    /// A pair's distance is uniform in distance - jitter ... distance + jitter, pixels, 0 to distance - 1.
    package var jitter = 1.0
    /// Pairs of marks in an image of the relation family, 1 to 8.
    package var pairs = 2

    /// Mean peak amplitude of a grating, grey levels.
    package var contrast = 48.0
    /// An image's contrast is uniform in contrast * (1 - spread) ... contrast * (1 + spread); 0 to 1.
    package var contrastSpread = 0.4
    /// Amplitude of a mark's pixels over that of a grating.
    package var markContrast = 1.5
    /// Strength of the other two families in an image, with classes of their own at random; 0 (none) to 1 (as its own).
    package var clutter = 0.3
    /// A pattern's amplitude in a channel is its own times 1 - colour ... 1 + colour; 0 (grey) to 2 (any sign).
    package var colour = 0.6
    /// The background is uniform in 128 - background ... 128 + background by channel, grey levels.
    package var background = 24.0
    /// Deviation of the noise of every value, grey levels.
    package var noise = 40.0

    package init() {}

    package var classes: Int { fine + coarse + relation }

    /// - Throws: ``DatasetError`` that names the first key out of bounds.
    package func check() throws(DatasetError) {
        try check("train", train, 2...1_000_000)
        try check("test", test, 1...1_000_000)
        try check("side", side, 8...64)
        guard channels == 1 || channels == 3 else { throw wrong("channels", "\(channels)", "1 or 3") }
        for (key, count) in [("fine", fine), ("coarse", coarse), ("relation", relation)] {
            guard count == 0 || 2...64 ~= count else { throw wrong(key, "\(count)", "0 or 2...64") }
        }
        guard 2...64 ~= classes else { throw wrong("fine + coarse + relation", "\(classes)", "2...64") }
        try check("finePeriod", finePeriod, 2...64)
        try check("coarsePeriod", coarsePeriod, 2...256)
        try check("distance", distance, 1...Double(side - 3))
        try check("jitter", jitter, 0...min(distance - 1, Double(side - 3) - distance))
        try check("pairs", pairs, 1...8)
        try check("contrast", contrast, 0...255)
        try check("contrastSpread", contrastSpread, 0...1)
        try check("markContrast", markContrast, 0...16)
        try check("clutter", clutter, 0...1)
        try check("colour", colour, 0...2)
        try check("background", background, 0...127)
        try check("noise", noise, 0...255)
    }

    private func check<Value: Comparable>(
        _ key: String, _ value: Value, _ allowed: ClosedRange<Value>
    ) throws(DatasetError) {
        guard allowed ~= value else {
            throw wrong(key, "\(value)", "\(allowed.lowerBound)...\(allowed.upperBound)")
        }
    }

    private func wrong(_ key: String, _ found: String, _ expected: String) -> DatasetError {
        DatasetError("data.synthetic", "\(key) is \(found), expected \(expected)")
    }
}
