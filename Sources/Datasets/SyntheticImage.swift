internal import Foundations

/// One image in the making: sums of patterns in fixed point (4096 = one grey level), channels as planes.
///
/// Every draw comes from the image's own stream, so an image does not depend on how many others there are.
struct SyntheticImage {
    let recipe: SyntheticRecipe
    private var stream: RandomStream
    private var values: [Int]

    init(recipe: SyntheticRecipe, round: Int, index: Int) {
        self.recipe = recipe
        stream = RandomStream(seed: recipe.seed, purpose: .synthetic, round: round, step: index)
        values = []
    }

    /// The bytes [c][h][w] of an image of class `label`; classes are numbered fine, coarse, relation.
    mutating func render(label: Int) -> [UInt8] {
        let side = recipe.side
        values = []
        for _ in 0..<recipe.channels {
            let level = 128 * FixedPoint.one + uniform(FixedPoint.of(recipe.background))
            values += [Int](repeating: level, count: side * side)
        }
        let families: [(count: Int, draw: (inout SyntheticImage, Int, Int) -> Void)] = [
            (recipe.fine, { $0.addFine(class: $1, strength: $2) }),
            (recipe.coarse, { $0.addCoarse(class: $1, strength: $2) }),
            (recipe.relation, { $0.addRelation(class: $1, strength: $2) }),
        ]
        var first = 0
        for family in families where family.count > 0 {
            let own = first..<first + family.count ~= label
            let decoy = stream.below(family.count)
            let strength = own ? FixedPoint.one : FixedPoint.of(recipe.clutter)
            if strength > 0 { family.draw(&self, own ? label - first : decoy, strength) }
            first += family.count
        }
        return finished()
    }

    /// A grating whose angle from the vertical is class / (fine - 1) of a quarter turn.
    private mutating func addFine(class index: Int, strength: Int) {
        let angle = FixedPoint.turn / 4 * index / (recipe.fine - 1)
        let grating = Grating(angle: angle, period: recipe.finePeriod, phase: phase())
        add(amplitude: amplitude(strength)) { y, x in grating.value(y, x) }
    }

    /// A grating of any angle under an envelope (1 + sine) / 2 whose angle tells the class, as in the fine family.
    private mutating func addCoarse(class index: Int, strength: Int) {
        let angle = FixedPoint.turn / 4 * index / (recipe.coarse - 1)
        let carrier = Grating(angle: phase(), period: recipe.finePeriod, phase: phase())
        let envelope = Grating(angle: angle, period: recipe.coarsePeriod, phase: phase())
        add(amplitude: amplitude(strength)) { y, x in
            (carrier.value(y, x) * (FixedPoint.one + envelope.value(y, x))) >> 13
        }
    }

    /// Pairs of a horizontal and a vertical bar; the second lies class / (relation - 1) of a half turn from straight
    /// up.
    private mutating func addRelation(class index: Int, strength: Int) {
        let angle = FixedPoint.turn / 2 * index / (recipe.relation - 1)
        let room = recipe.side - 2
        for _ in 0..<recipe.pairs {
            let distance = FixedPoint.of(recipe.distance) + uniform(FixedPoint.of(recipe.jitter))
            let dy = rounded(-distance * FixedPoint.cosine(angle))
            let dx = rounded(distance * FixedPoint.sine(angle))
            let y = 1 + max(0, -dy) + stream.below(room - abs(dy))
            let x = 1 + max(0, -dx) + stream.below(room - abs(dx))
            addBar(y: y, x: x, horizontal: true, strength: strength)
            addBar(y: y + dy, x: x + dx, horizontal: false, strength: strength)
        }
    }

    /// A bar of three pixels, bright or dark, between two of the opposite sign and half the strength: its sum is 0.
    private mutating func addBar(y: Int, x: Int, horizontal: Bool, strength: Int) {
        let peak = (amplitude(strength) * FixedPoint.of(recipe.markContrast)) >> 12
        add(amplitude: stream.below(2) == 0 ? peak : -peak, rows: y - 1...y + 1, columns: x - 1...x + 1) {
            row, column in
            (horizontal ? row == y : column == x) ? FixedPoint.one : -FixedPoint.one / 2
        }
    }

    /// values += amplitude * colour[c] * pattern, with random colour.
    private mutating func add(
        amplitude: Int, rows: ClosedRange<Int>? = nil, columns: ClosedRange<Int>? = nil, pattern: (Int, Int) -> Int
    ) {
        let side = recipe.side
        let colour = FixedPoint.of(recipe.colour)
        let scales = (0..<recipe.channels).map { _ in
            (amplitude * (FixedPoint.one + uniform(colour))) >> 12
        }
        for y in rows ?? 0...side - 1 {
            for x in columns ?? 0...side - 1 {
                let value = pattern(y, x)
                for (channel, scale) in scales.enumerated() {
                    values[(channel * side + y) * side + x] += (value * scale) >> 12
                }
            }
        }
    }

    /// Noise, mirror, rounding to bytes.
    private mutating func finished() -> [UInt8] {
        let side = recipe.side
        // The sum of four uniform bytes has mean 510 and deviation 147.8.
        let noise = FixedPoint.of(recipe.noise / 147.8)
        let mirrored = stream.below(2) == 1
        var bytes = [UInt8](repeating: 0, count: values.count)
        for row in 0..<recipe.channels * side {
            for x in 0..<side {
                let word = stream.word()
                let sum = (word & 255) + (word >> 8 & 255) + (word >> 16 & 255) + (word >> 24)
                let value = values[row * side + x] + (Int(sum) - 510) * noise
                bytes[row * side + (mirrored ? side - 1 - x : x)] = UInt8(clamping: rounded(value << 12))
            }
        }
        return bytes
    }

    private mutating func phase() -> Int { Int(stream.word() & 0xffff) }

    /// Uniform in -bound...bound.
    private mutating func uniform(_ bound: Int) -> Int { stream.below(2 * bound + 1) - bound }

    /// This pattern's contrast in grey levels times strength, both with 4096 = 1.
    private mutating func amplitude(_ strength: Int) -> Int {
        let factor = FixedPoint.one + uniform(FixedPoint.of(recipe.contrastSpread))
        return (((FixedPoint.of(recipe.contrast) * factor) >> 12) * strength) >> 12
    }
}

/// A product of two fixed-point numbers as the nearest whole number.
private func rounded(_ value: Int) -> Int { (value + (1 << 23)) >> 24 }

/// A sine wave over the plane; an angle of 0 has vertical stripes.
struct Grating {
    /// Turn units a pixel.
    private let dy: Int
    private let dx: Int
    private let phase: Int

    /// - Parameter period: pixels.
    init(angle: Int, period: Double, phase: Int) {
        let step = Int((65536 / period).rounded())
        dy = (FixedPoint.sine(angle) * step) >> 12
        dx = (FixedPoint.cosine(angle) * step) >> 12
        self.phase = phase
    }

    /// -4096...4096.
    func value(_ y: Int, _ x: Int) -> Int { FixedPoint.sine(phase + y * dy + x * dx) }
}
