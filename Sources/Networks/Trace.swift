import Architectures
import Foundations

/// Seconds spent in each stage of a program, forward and backward, over every run that was given this trace: wall
/// time, from a stage's begin to the end of its slowest worker, the statistics of batch norms included. Writing the
/// batch counts as the forward pass of the first stage, the input. The loss is no stage.
///
/// Cost: two looks at the clock a stage and pass.
package final class Trace {
    package struct Row: Sendable {
        /// Kind, window and shapes of the stage.
        package let name: String
        package var forward = 0.0
        package var backward = 0.0
        /// Forward passes.
        package var calls = 0
    }

    /// By stage, in the order of the forward pass.
    package private(set) var rows: [Row]

    package init(_ program: Program) { rows = program.stages.map { Row(name: $0.name) } }

    func forward(_ stage: Int, _ body: () -> Void) {
        rows[stage].calls += 1
        rows[stage].forward += Trace.seconds(body)
    }

    /// Writing the batch to where the program reads it: the first stage does nothing else.
    package func input(seconds: Double) { rows[0].forward += seconds }

    func backward(_ stage: Int, _ body: () -> Void) { rows[stage].backward += Trace.seconds(body) }

    private static func seconds(_ body: () -> Void) -> Double {
        let began = ContinuousClock.now
        body()
        return (ContinuousClock.now - began).seconds
    }
}

extension Stage {
    /// As a user reads it: `separable 5x5 dilated 2, 16 -> 16, 32x32`.
    var name: String {
        var name = "\(title)"
        if window.kernel > 1 {
            name += " \(window.kernel)x\(window.kernel)"
            if window.dilation > 1 { name += " dilated \(window.dilation)" }
            if window.stride > 1 { name += " stride \(window.stride)" }
        }
        let inputs = inputShapes.reduce(0) { $0 + $1.channels }
        name += ", " + (inputs > 0 ? "\(inputs) -> " : "") + "\(shape.channels), \(shape.height)x\(shape.width)"
        return name
    }

    private var title: String {
        switch kind {
        case .input: "input"
        case .zero: "zero"
        case .copy: "copy"
        case .convolution, .winograd: "convolution"
        case .depthwise: "depthwise"
        case .separable: "separable"
        case .collapsed: "collapsed"
        case .maxPool: "max pool"
        case .averagePool: "average pool"
        case .concatenation: "concatenation"
        case .globalAveragePool, .averageOfMeans: "global average"
        case .averaged: "averaged separable"
        case .linear: "linear"
        }
    }
}
