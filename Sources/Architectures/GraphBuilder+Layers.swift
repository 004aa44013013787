import Foundations

extension GraphBuilder {
    /// One layer on a node, with its shape and the parameters it names.
    mutating func call(
        _ layer: LayerDescription, on input: Int, name: String, scope: [String: Int]
    ) throws -> Int {
        let shape = self.shape(input)
        var scope = scope
        scope["in"] = shape.channels
        func size(_ expression: Expression?, _ range: ClosedRange<Int>, or fallback: Int) throws -> Int {
            try expression?.value(in: scope, range) ?? fallback
        }
        switch layer.kind {
        case .convolution:
            let output = try size(layer.output, 1...65_536, or: 1)
            let (window, resized) = try self.window(of: layer, on: shape, scope: scope)
            let weight = Parameter(
                name: "\(name).weight", shape: [output, shape.channels, window.kernel, window.kernel], role: .weight,
                fanIn: shape.channels * window.kernel * window.kernel, depth: depth)
            return try append(
                .convolution(window, output: output), on: [input],
                shape: FeatureShape(channels: output, height: resized.height, width: resized.width),
                parameters: [weight], at: layer.node)
        case .depthwise:
            let (window, resized) = try self.window(of: layer, on: shape, scope: scope)
            let weight = Parameter(
                name: "\(name).weight", shape: [shape.channels, 1, window.kernel, window.kernel], role: .weight,
                fanIn: window.kernel * window.kernel, depth: depth)
            return try append(.depthwise(window), on: [input], shape: resized, parameters: [weight], at: layer.node)
        case .batchNorm:
            let affine = try size(layer.affine, 0...1, or: 1) == 1
            let channels = [shape.channels]
            let learnt = [
                Parameter(name: "\(name).weight", shape: channels, role: .gain, depth: depth),
                Parameter(name: "\(name).bias", shape: channels, role: .shift, depth: depth),
            ]
            let statistics = [
                Parameter(name: "\(name).running_mean", shape: channels, role: .runningMean, depth: depth),
                Parameter(name: "\(name).running_var", shape: channels, role: .runningVariance, depth: depth),
                Parameter(name: "\(name).num_batches_tracked", shape: [], role: .batchesTracked, depth: depth),
            ]
            return try append(
                .batchNorm(affine: affine), on: [input], shape: shape,
                parameters: (affine ? learnt : []) + statistics, at: layer.node)
        case .relu: return try append(.relu, on: [input], shape: shape, at: layer.node)
        case .maxPool:
            let (window, resized) = try self.window(of: layer, on: shape, scope: scope)
            return try append(.maxPool(window), on: [input], shape: resized, at: layer.node)
        case .averagePool:
            let (window, resized) = try self.window(of: layer, on: shape, scope: scope)
            return try append(.averagePool(window), on: [input], shape: resized, at: layer.node)
        case .zero: return try append(.zero, on: [], shape: shape, at: layer.node)
        case .globalAveragePool:
            let pooled = FeatureShape(channels: shape.channels, height: 1, width: 1)
            return try append(.globalAveragePool, on: [input], shape: pooled, at: layer.node)
        case .linear:
            guard shape.height == 1 && shape.width == 1 else {
                throw layer.node.error("a linear layer reads [1, 1, c], found \(shape)")
            }
            let output = try size(layer.output, 1...65_536, or: 1)
            let parameters = [
                Parameter(
                    name: "\(name).weight", shape: [output, shape.channels], role: .weight, fanIn: shape.channels,
                    depth: depth),
                Parameter(name: "\(name).bias", shape: [output], role: .bias, fanIn: shape.channels, depth: depth),
            ]
            return try append(
                .linear(output: output), on: [input], shape: FeatureShape(channels: output, height: 1, width: 1),
                parameters: parameters, at: layer.node)
        }
    }

    /// The window of a layer and the shape it makes of `shape`.
    ///
    /// Refused: a window wider than the padded input, and one that could lie in the padding alone.
    private func window(
        of layer: LayerDescription, on shape: FeatureShape, scope: [String: Int]
    ) throws -> (Window, FeatureShape) {
        let window = Window(
            kernel: try layer.kernel?.value(in: scope, 1...255) ?? 1,
            stride: try layer.stride?.value(in: scope, 1...255) ?? 1,
            padding: try layer.padding?.value(in: scope, 0...255) ?? 0,
            dilation: try layer.dilation?.value(in: scope, 1...255) ?? 1)
        let span = window.dilation * (window.kernel - 1) + 1
        guard span <= min(shape.height, shape.width) + 2 * window.padding else {
            throw layer.node.error(
                "a window of \(span) with padding \(window.padding) does not fit its input \(shape)")
        }
        guard window.padding < span else {
            throw layer.node.error(
                "the padding \(window.padding) is not smaller than the window of \(span), which could see zeros alone")
        }
        if layer.kind == .maxPool || layer.kind == .averagePool, 2 * window.padding > window.kernel {
            throw layer.node.error(
                "the padding \(window.padding) is more than half the kernel \(window.kernel), as pooling allows")
        }
        return (
            window,
            FeatureShape(
                channels: shape.channels, height: window.outputSide(of: shape.height),
                width: window.outputSide(of: shape.width))
        )
    }
}
