import CKernels
import Foundation
import Tensors
import Testing

/// The kernels against values stored from PyTorch (`Fixtures/make_ops.py`).
@Suite struct FixtureTests {
    @Test func kernelsAgreeWithPyTorch() throws {
        let stored = try Stored.load()
        var seen: Set<String> = []
        for record in stored.records {
            let op = try #require(Op.all.first { $0.name == record.op })
            // Other algorithms have the values of the direct one.
            var ops = [op]
            if op.name == "convolution" && record.case.fitsWinograd { ops.append(.winograd) }
            if op.name == "convolution" && record.case.isStrided { ops.append(.phases) }
            seen.formUnion(ops.map(\.name))
            for (op, kernels) in ops.flatMap({ op in Kernels.available.map { (op, $0) } }) {
                let place = "\(op.name) at \(kernels.level), \(record.case)"
                let y = op.forward(kernels, record.case, record.inputs)
                #expect(worst(y, record.output) <= 1e-5, "\(place): forward is off by \(worst(y, record.output))")
                let gradients = op.backward(kernels, record.case, record.inputs, record.dy)
                #expect(gradients.count == record.gradients.count)
                for (i, (a, b)) in zip(gradients, record.gradients).enumerated() {
                    #expect(worst(a, b) <= 1e-4, "\(place): gradient \(i) is off by \(worst(a, b))")
                }
            }
        }
        // The sum of terms is our own; every other row has a peer.
        #expect(seen == Set(Op.all.map(\.name)).subtracting(["sum and relu"]))
    }

    /// mean, and m2 / (count - 1), the unbiased variance that running statistics use.
    @Test func momentsAgreeWithPyTorch() throws {
        let records = try Stored.load().records.filter { $0.op == "batch norm" }
        #expect(!records.isEmpty)
        for record in records {
            for kernels in Kernels.available {
                let norm = Norm(kernels, record.case, record.inputs)
                let count = Double(record.case.n * record.case.h * record.case.w)
                #expect(worst(norm.mean.prefix(record.case.cin).map(Float.init), record.mean!) <= 1e-5)
                #expect(
                    worst(norm.m2.prefix(record.case.cin).map { Float($0 / (count - 1)) }, record.variance!) <= 1e-5)
            }
        }
    }

    @Test func sgdAgreesWithPyTorch() throws {
        let sgd = try Stored.load().sgd
        for kernels in Kernels.available {
            var w = sgd.weights
            var m = [Float](repeating: 0, count: w.count)
            for (gradient, after) in zip(sgd.gradients, sgd.after) {
                kernels.table.pointee.sgd(&w, &m, gradient, w.count, sgd.rate, sgd.momentum, sgd.decay)
                #expect(worst(w, after) <= 1e-6)
            }
        }
    }
}

private struct Stored: Decodable {
    struct Record: Decodable {
        let op: String
        let `case`: Case
        let inputs: [[Float]]
        let dy: [Float]
        let output: [Double]
        let gradients: [[Double]]
        let mean: [Double]?
        let variance: [Double]?
    }
    struct SGD: Decodable {
        let rate: Float, momentum: Float, decay: Float
        let weights: [Float]
        let gradients: [[Float]]
        let after: [[Double]]
    }
    let records: [Record]
    let sgd: SGD

    static func load() throws -> Stored {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let data = try Data(contentsOf: folder.appendingPathComponent("Fixtures/ops.json"))
        return try JSONDecoder().decode(Stored.self, from: data)
    }
}
