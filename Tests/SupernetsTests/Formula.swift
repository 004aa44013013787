import Architectures
import Datasets

/// Images, labels and starting weights that PyTorch's side computes too: `Fixtures/formula.py`, in Swift.
enum Formula {
    /// Image numbers of the test set start here.
    static let test = 100_000

    /// A 32-bit integer hash.
    static func mix(_ value: Int) -> Int {
        var x = UInt32(truncatingIfNeeded: value)
        x = (x ^ (x >> 16)) &* 0x7FEB_352D
        x = (x ^ (x >> 15)) &* 0x846C_A68B
        return Int(x ^ (x >> 16))
    }

    static func label(_ n: Int, classes: Int) -> Int { mix(n + 12345) % classes }

    static func images(_ numbers: Range<Int>, classes: Int, side: Int) -> ImageSet {
        var pixels: [UInt8] = []
        pixels.reserveCapacity(numbers.count * 3 * side * side)
        for n in numbers {
            let kind = label(n, classes: classes)
            let phase = mix(n + 1) % 64
            for c in 0..<3 {
                for y in 0..<side {
                    for x in 0..<side {
                        let along = (3 + 2 * (kind % 5)) * x + (2 + 5 * (kind / 5)) * y
                        let wave = abs((along + 13 * c + phase) % 64 - 32)
                        let noise = mix(((n * 3 + c) * side + y) * side + x + 77) % 96
                        pixels.append(UInt8(20 + 3 * wave + noise))
                    }
                }
            }
        }
        return ImageSet(
            name: "formula", channels: 3, height: side, width: side, classes: classes,
            labels: numbers.map { UInt8(label($0, classes: classes)) }, pixels: pixels)
    }

    static func dataset(classes: Int, side: Int, training: Int, test count: Int) throws -> Dataset {
        try Dataset(
            name: "formula", training: images(0..<training, classes: classes, side: side),
            test: images(test..<test + count, classes: classes, side: side), holdOut: HoldOut(),
            normalisation: Normalisation(mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25]))
    }

    /// `count` values in [0, 1) by the FNV-1a hash of a name.
    static func units(_ name: String, _ count: Int) -> [Float] {
        let hash = name.utf8.reduce(UInt32(0x811C_9DC5)) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
        return (0..<count).map { Float(mix(Int(hash) &+ $0 &* 0x9E37_79B9) >> 8) * 0x1p-24 }
    }

    /// The starting value of a parameter: gains 0.75...1.25, shifts and biases +-0.3, weights +-1/sqrt(fanIn).
    /// - Parameter name: draws other values than those of the parameter's own name.
    static func start(_ parameter: Parameter, as name: String? = nil) -> [Float] {
        let u = units(name ?? parameter.name, parameter.count)
        switch parameter.role {
        case .weight:
            let bound = 1 / Float(parameter.shape.dropFirst().reduce(1, *)).squareRoot()
            return u.map { ($0 * 2 - 1) * bound }
        case .gain: return u.map { $0 * 0.5 + 0.75 }
        case .shift, .bias: return u.map { ($0 - 0.5) * 0.6 }
        case .runningVariance: return u.map { _ in 1 }
        case .runningMean, .batchesTracked: return u.map { _ in 0 }
        }
    }
}
