import Architectures
import Foundation
import Networks
import Tensors
import Testing

/// Every row of the layer table against double precision: with all passes and with none at every kernel level this CPU
/// runs, and at the best one with each pass that changes training alone on and alone off. ESPALIER_SOAK=1, as `make soak` sets it, takes the whole product of shapes.
@Suite struct LayerTableTests {
    private static let soak = ProcessInfo.processInfo.environment["ESPALIER_SOAK"] == "1"

    /// Each pass alone off, and alone on.
    private static let single = Passes.table.map(\.pass).filter { $0.isDisjoint(with: .scoring) }
        .flatMap { [Passes.all.subtracting($0), $0] }

    @Test(arguments: LayerRow.all)
    func stagesAgreeWithFloat64(_ row: LayerRow) throws {
        let cases = LayerCase.some + (Self.soak ? LayerCase.product : [])
        for at in cases where min(at.height, at.width) >= row.smallest {
            var chain = LayerChain(at, bare: row.bare)
            row.append(&chain)
            let toy = Toy(chain.finish(), images: at.images, seed: 7, grid: 64)
            if !row.bare { toy.weights.set("1.weight") { [0.5, -1, 2, 0.25, -0.5][$0 % 5] } }
            var reference = Reference(toy.graph, weights: toy.weights.doubles, images: toy.images)
            let exact = reference.loss(labels: toy.labels)
            for kernels in Kernels.available {
                let engine = Engine(kernels: kernels, workers: Workers(threads: 1))
                for passes in [Passes.all, []] + (kernels.level == Kernels.best().level ? Self.single : []) {
                    let place = "\(row.name), \(at), \(kernels.level), passes \(passes.names)"
                    let (loss, gradients) = try toy.train(engine, passes)
                    #expect(abs(loss - exact) <= 1e-5 * exact, "\(place): loss \(loss), expected \(exact)")
                    // A weight whose scale the batch norm takes out again has a gradient of zero.
                    let worst = worstDifference(gradients, reference.gradients, floor: 0.05)
                    #expect(worst.value <= 3e-5, "\(place): gradient of \(worst.name) is off by \(worst.value)")
                }
            }
        }
    }
}
