import Architectures

/// What one image costs: multiply-adds really executed, and bytes that cross between the arena and the stages.
///
/// Bytes count every buffer a stage reads or writes once a pass, 4 bytes a float of its blocks of 16 channels, as if
/// caches held an image while a stage works on it and nothing from one stage to the next. Weights are not counted: a
/// batch shares them. Multiply-adds are those of convolutions and linear layers over the channels there are;
/// transforms, norms, pools and sums are not counted.
package struct Cost: Sendable, Hashable {
    /// Multiply-adds.
    package var forward = 0
    package var backward = 0
    package var forwardBytes = 0
    package var backwardBytes = 0

    package var multiplyAdds: Int { forward + backward }
    package var bytes: Int { forwardBytes + backwardBytes }

    package static let zero = Cost()

    package static func + (a: Cost, b: Cost) -> Cost {
        Cost(
            forward: a.forward + b.forward, backward: a.backward + b.backward,
            forwardBytes: a.forwardBytes + b.forwardBytes, backwardBytes: a.backwardBytes + b.backwardBytes)
    }
}

/// One stage as a user reads it.
package struct StageSummary: Sendable, Hashable {
    /// Kind, window and shapes.
    package let name: String
    package let path: String
    /// What is computed on load; empty where a buffer is read as it is.
    package let onLoad: String
    /// Of the layers the stage stands for, computed the direct way, forward.
    package let direct: Int
    package let cost: Cost
}

extension Program {
    /// The stages in the order of the forward pass. The backward half of a cost is zero in a program for inference.
    package var summary: [StageSummary] {
        stages.map { stage in
            StageSummary(
                name: stage.name, path: stage.path, onLoad: stage.onLoad, direct: direct(stage), cost: cost(of: stage))
        }
    }

    /// Multiply-adds of the layers a stage stands for, computed the direct way, forward.
    private func direct(_ stage: Stage) -> Int {
        let (pixels, output) = (stage.shape.pixels, stage.shape.channels)
        let input = stage.inputShapes.first?.channels ?? 0
        let taps = stage.window.kernel * stage.window.kernel
        return switch stage.kind {
        case .convolution, .winograd: pixels * input * output * taps
        case .depthwise: pixels * input * taps
        case .separable: pixels * input * (taps + output)
        case .averaged: stage.averagedPixels * stage.averagedPixelCost
        case .collapsed(let collapse): pixels * collapse.middle * (collapse.neighbourhood + 9 * output)
        case .linear: output * (input + 1)
        case .input, .zero, .copy, .maxPool, .averagePool, .concatenation, .globalAveragePool,
            .averageOfMeans:
            0
        }
    }

    /// What a stage executes and moves for one image.
    func cost(of stage: Stage) -> Cost {
        var cost = Cost()
        let direct = self.direct(stage)
        let learns = !stage.targets.joined().joined().isEmpty
        switch stage.kind {
        case .convolution, .depthwise, .linear:
            // Weight gradient, and where something upstream learns the data gradient; that of a strided window is taken
            // as one of stride 1 over pixels most of which are zero, unless it goes in phases.
            let zeros = stage.inPhases ? 1 : stage.window.stride * stage.window.stride
            (cost.forward, cost.backward) = (direct, learns ? (1 + zeros) * direct : direct)
        case .averaged: cost.forward = stage.averagedPixelCost
        case .winograd:
            func products(_ shape: FeatureShape) -> Int {
                36 * Winograd.tiles(shape.height) * Winograd.tiles(shape.width) * stage.inputShapes[0].channels
                    * stage.shape.channels
            }
            cost.forward = products(stage.shape)
            cost.backward = cost.forward + (learns ? products(stage.inputShapes[0]) : 0)
        case .separable:
            let taps = stage.window.kernel * stage.window.kernel
            let depthwise = stage.shape.pixels * stage.inputShapes[0].channels * taps
            // The backward pass computes the depthwise value again.
            let again = depthwise
            (cost.forward, cost.backward) = (direct, again + 2 * direct - (learns ? 0 : depthwise))
        case .collapsed(let collapse):
            let wide = collapse.inputShape.channels * collapse.taps * collapse.output
            // Batch statistics take the covariance of the neighbourhoods and their mean.
            let covariance = (collapse.neighbourhood + 1) * (collapse.neighbourhood + 1)
            cost.forward = stage.shape.pixels * (statistics == .batch ? wide + covariance : wide)
            cost.backward = stage.shape.pixels * wide
        case .input, .zero, .copy, .maxPool, .averagePool, .concatenation, .globalAveragePool,
            .averageOfMeans:
            break
        }
        let read = loads(stage)
        cost.forwardBytes = 4 * (read + stage.shape.floats)
        guard isTraining else {
            cost.backward = 0
            return cost
        }
        cost.backwardBytes = 4 * ((readsInputAgain(stage) ? read : 0) + gradientLoads(stage) + stores(stage))
        return cost
    }

    /// Floats of the buffers behind a stage's views.
    private func loads(_ stage: Stage) -> Int {
        zip(stage.views, stage.inputShapes).reduce(0) { sum, pair in
            pair.0.segments.reduce(sum) { sum, segment in
                sum + segment.terms.count * ((segment.channels + 15) / 16 * 16) * pair.1.pixels
            }
        }
    }

    /// Weight gradients, winners of a maximum and the masks of a ReLU want the input a second time.
    private func readsInputAgain(_ stage: Stage) -> Bool {
        switch stage.kind {
        case .convolution, .winograd, .depthwise, .separable, .collapsed, .maxPool, .linear: true
        case .copy, .averagePool, .globalAveragePool: stage.views[0].relu
        case .input, .zero, .concatenation, .averaged, .averageOfMeans: false
        }
    }

    /// The gradient of the stage's own value: dy and z of every batch norm, once more where their sums are taken apart.
    private func gradientLoads(_ stage: Stage) -> Int {
        let sums = passes.contains(.normSumsOnStore) ? 0 : 2
        let buffers = stage.norms.count * (2 + sums) + (gradientOf[.value(stage.node)] == nil ? 0 : 1)
        return buffers * stage.shape.floats
    }

    /// Input gradients: written, or read and written where they are added; z for the sums taken meanwhile.
    private func stores(_ stage: Stage) -> Int {
        zip(zip(stage.views, stage.targets), stage.inputShapes).reduce(0) { sum, item in
            let ((view, targets), shape) = item
            return zip(view.segments, targets).reduce(sum) { sum, pair in
                let floats = (pair.0.channels + 15) / 16 * 16 * shape.pixels
                return sum + pair.1.reduce(0) { $0 + ($1.accumulate ? 2 : 1) + $1.reduces.count } * floats
            }
        }
    }
}

extension Stage {
    /// Multiply-adds of the one pixel an averaged stage computes.
    fileprivate var averagedPixelCost: Int {
        let depthwise = slots.count > 1 ? window.kernel * window.kernel : 0
        return inputShapes[0].channels * (depthwise + shape.channels)
    }
}
