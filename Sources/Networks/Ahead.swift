import Tensors

/// The memory a stage reads and writes for one image, to be fetched while the image before it is computed.
///
/// Kernels that compute much and load little ask for it line by line (64 bytes), each a portion, so that memory works
/// while the core does. It changes no value. After the last image they ask for memory behind it, which may belong to
/// nobody: a request that cannot be met is dropped.
///
/// Cost: one instruction a line. Windows point to its streams, so it must outlive the calls; ``Bindings`` keep it.
final class Ahead {
    typealias Block = (base: UnsafePointer<Float>, stride: Int, floats: Int)

    private let streams: UnsafeMutablePointer<esp_stream>
    private let count: Int
    private let lines: Int

    /// - Parameter blocks: base address of image 0, floats from image to image, floats of one image.
    init(_ blocks: [Block]) {
        streams = .allocate(capacity: max(1, blocks.count))
        count = blocks.count
        lines = blocks.reduce(0) { $0 + $1.floats / 16 }
        for (k, block) in blocks.enumerated() {
            streams[k] = esp_stream(
                data: UnsafeRawPointer(block.base).assumingMemoryBound(to: CChar.self), stride: block.stride * 4,
                lines: block.floats / 16)
        }
    }

    deinit { streams.deallocate() }

    /// What kernel call `part` (0 ..< `parts`) of the calls of one image asks for; its `image` is set image by image.
    func portion(_ part: Int, of parts: Int) -> esp_ahead {
        esp_ahead(
            streams: streams, count: Int32(count), part: Int32(part), parts: Int32(parts), lines: lines, image: 0)
    }
}

extension Source {
    fileprivate var streams: [Ahead.Block] { terms.joined().map { ($0.base, $0.stride, pixels * 16) } }
}

extension Run {
    /// What the forward pass of a stage reads and writes; nothing where images are taken one by one.
    func forwardAhead(_ stage: Stage) -> Ahead {
        // An image that stays in cache from stage to stage has nothing to wait for.
        guard placeStride == nil else { return Ahead([]) }
        return bindings.ahead(stage.node, backward: false, in: engine.arena!.pointer) {
            source(stage).streams + [(UnsafePointer(value(stage.node)), stage.shape.floats, stage.shape.floats)]
        }
    }

    /// What the backward pass of a stage reads. What it writes is asked for by the store.
    func backwardAhead(_ stage: Stage) -> Ahead {
        bindings.ahead(stage.node, backward: true, in: engine.arena!.pointer) {
            source(stage).streams + gradientSource(stage).streams
        }
    }
}

extension esp_window {
    /// A copy that fetches for the image after `image`.
    func fetching(after image: Int) -> esp_window {
        var window = self
        window.ahead.image = image + 1
        return window
    }

    /// A copy with this portion of what is fetched ahead.
    func fetching(_ ahead: esp_ahead) -> esp_window {
        var window = self
        window.ahead = ahead
        return window
    }
}
