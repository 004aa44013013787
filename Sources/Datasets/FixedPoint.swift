/// Fixed-point numbers for pictures that are equal on every machine: 4096 stands for 1, and 65536 for a full turn.
enum FixedPoint {
    static let one = 4096
    static let turn = 65536

    /// 4096 * sin(2 pi * phase / 65536), within 2.4 of the true value; any phase.
    ///
    /// The fifth-order polynomial z (a - z^2 (b - z^2 c)) with z in -1...1 over a quarter turn each way and
    /// a = pi / 2, b = pi - 5/2, c = pi / 2 - 3/2, in integers.
    static func sine(_ phase: Int) -> Int {
        var z = phase & (turn - 1)
        if z >= turn / 2 { z -= turn }
        if z > turn / 4 { z = turn / 2 - z }
        if z < -turn / 4 { z = -turn / 2 - z }
        let square = (z * z) >> 14
        // Coefficients times 2^14.
        let inner = 10_512 - ((square * 1_160) >> 14)
        let outer = 25_736 - ((square * inner) >> 14)
        return (z * outer + (1 << 15)) >> 16
    }

    static func cosine(_ phase: Int) -> Int { sine(phase + turn / 4) }

    /// The nearest fixed-point number. Multiplication by a power of two and rounding are exact, hence the same
    /// everywhere.
    static func of(_ value: Double) -> Int { Int((value * 4096).rounded()) }
}
