import Foundation
import Foundations
import Tensors
import Testing

/// Every check for every row of the op table, at every level this CPU runs.
///
/// ESPALIER_SOAK=1 in the environment, as `make soak` sets it, takes the whole product of shapes; without it a part in
/// which every number of channels, side and batch stands beside every op.
@Suite struct OpTableTests {
    private static let soak = ProcessInfo.processInfo.environment["ESPALIER_SOAK"] == "1"

    /// Other suites pin BLAS too, at any moment: between two calls that would change the order of a sum.
    init() { BLAS.pinToOneThread() }

    @Test(arguments: [
        "convolution", "winograd", "phases", "depthwise", "max pool", "average pool", "sum and relu", "batch norm",
        "pixel mean",
    ])
    func everyShapeStandsInTheTable(name: String) throws {
        let op = try #require(Op.all.first { $0.name == name })
        for cases in [op.cases, op.product] {
            #expect(Set(cases.map(\.cin)).isSuperset(of: Case.channels))
            #expect(Set(cases.map(\.w)).isSuperset(of: Case.sides.filter { $0 > 1 || name != "batch norm" }))
            #expect(Set(cases.map(\.n)).isSuperset(of: Case.batches))
        }
        #expect(op.cases.allSatisfy { $0.n < 256 || $0.w <= 8 })
    }

    @Test(arguments: Op.all)
    func kernelsAgreeWithFloat64(_ op: Op) {
        for (turn, at) in (Self.soak ? op.cases + op.product : op.cases).enumerated() {
            let inputs = randomInputs(op, at, turn)
            let floats = inputs.map { $0.map(Float.init) }
            let exact = floats.map { $0.map(Double.init) }
            let y = op.reference(at, exact)
            let dy = randomValues(y.count, turn, lane: 1000).map { Double(Float($0)) }
            let gradients = op.referenceGradient(at, exact, dy)
            for kernels in Kernels.available {
                let place = "\(op.name) at \(kernels.level), \(at)"
                let found = op.forward(kernels, at, floats)
                #expect(worst(found, y) <= op.tolerance, "\(place): forward is off by \(worst(found, y))")
                let back = op.backward(kernels, at, floats, dy.map(Float.init))
                #expect(back.count == gradients.count)
                for (i, (a, b)) in zip(back, gradients).enumerated() {
                    // A few sums over all pixels may happen to cancel; random signs make them about this large.
                    let floor = b.count < 16 ? 0.05 * Double(at.n * at.outH * at.outW).squareRoot() : 0
                    let off = worst(a, b, floor: floor)
                    #expect(off <= op.tolerance, "\(place): gradient \(i) is off by \(off)")
                }
                #expect(op.forward(kernels, at, floats) == found, "\(place): a second call gives other bits")
            }
        }
    }

    /// Along a random direction v: (f(x + e v) - f(x - e v)) / 2e . dy = gradient . v.
    @Test(arguments: Op.all)
    func float64AgreesWithFiniteDifferences(_ op: Op) {
        for (turn, at) in op.cases.enumerated() where at.n * at.h * at.w * at.cin * at.cout <= 40_000 {
            let inputs = randomInputs(op, at, turn)
            let dy = randomValues(op.reference(at, inputs).count, turn, lane: 1000)
            let gradients = op.referenceGradient(at, inputs, dy)
            for i in inputs.indices {
                let direction = randomValues(inputs[i].count, turn, lane: 2000 + i)
                let step = 1e-5
                var (ahead, behind) = (inputs, inputs)
                for j in direction.indices {
                    ahead[i][j] += step * direction[j]
                    behind[i][j] -= step * direction[j]
                }
                let difference =
                    zip(zip(op.reference(at, ahead), op.reference(at, behind)), dy)
                    .reduce(0) { $0 + ($1.0.0 - $1.0.1) * $1.1 } / (2 * step)
                let products = zip(gradients[i], direction).map { $0 * $1 }
                let scale = max(products.reduce(0) { $0 + abs($1) }, 1e-3)
                let slope = products.reduce(0, +)
                #expect(
                    abs(slope - difference) <= 1e-6 * scale,
                    "\(op.name), \(at), input \(i): slope \(slope), finite difference \(difference)")
            }
        }
    }
}

private func randomInputs(_ op: Op, _ at: Case, _ turn: Int) -> [[Double]] {
    var inputs = op.sizes(at).enumerated().map { randomValues($1, turn, lane: $0) }
    op.prepare(at, &inputs)
    return inputs
}

/// Uniform in [-1, 1).
private func randomValues(_ count: Int, _ turn: Int, lane: Int) -> [Double] {
    var draws = RandomStream(seed: 1, purpose: .test, step: turn, lane: lane)
    return (0..<count).map { _ in 2 * draws.unitDouble() - 1 }
}

/// max |a - b| / max |b|, the latter at least `floor`; infinite where a is not finite or the sizes differ.
func worst(_ a: [Float], _ b: [Double], floor: Double = 0) -> Double {
    guard a.count == b.count, a.allSatisfy(\.isFinite) else { return .infinity }
    let off = zip(a, b).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
    let scale = b.reduce(0) { max($0, abs($1)) }
    return off == 0 ? 0 : off / max(scale, floor, 1e-30)
}
