import Tensors

/// The memory a stage reads and writes for one image, to be fetched while the image before it is computed.
///
/// Kernels that compute much and load little ask for it line by line, each a portion, so that memory works while the
/// core does. It changes no value.
struct Ahead {
    private let streams: UnsafeMutablePointer<esp_stream>
    private let count: Int
    private let lines: Int

    /// More streams than this are left to the core's own prefetching.
    static let mostStreams = 32

    /// - Parameter blocks: base address of image 0, floats from image to image, floats of one image.
    init(_ blocks: [(base: UnsafePointer<Float>, stride: Int, floats: Int)], in engine: Engine) {
        streams = engine.streams
        count = min(blocks.count, Ahead.mostStreams)
        var lines = 0
        for (k, block) in blocks.prefix(count).enumerated() {
            streams[k] = esp_stream(
                data: UnsafeRawPointer(block.base).assumingMemoryBound(to: CChar.self), stride: block.stride * 4,
                lines: block.floats / 16)
            lines += block.floats / 16
        }
        self.lines = lines
    }

    /// What kernel call `part` of the `parts` calls of one image asks for; its `image` is set image by image.
    func portion(_ part: Int, of parts: Int) -> esp_ahead {
        esp_ahead(
            streams: streams, count: Int32(count), part: Int32(part), parts: Int32(parts), lines: lines, image: 0)
    }
}

extension Source {
    var streams: [(base: UnsafePointer<Float>, stride: Int, floats: Int)] {
        terms.joined().map { ($0.base, $0.stride, pixels * 16) }
    }
}

extension Sink {
    var streams: [(base: UnsafePointer<Float>, stride: Int, floats: Int)] {
        targets.joined().map { (UnsafePointer($0.base), $0.stride, height * width * 16) }
    }
}

extension Run {
    /// What `sources` read and `sinks` write, and the value of `stage` where it is `written`.
    func ahead(reading sources: [Source], writing sinks: [Sink] = [], value stage: Stage? = nil) -> Ahead {
        // An image that stays in cache from stage to stage has nothing to wait for.
        guard placeStride == nil else { return Ahead([], in: engine) }
        var blocks = sources.flatMap(\.streams) + sinks.flatMap(\.streams)
        if let stage {
            blocks.append((UnsafePointer(value(stage.node)), stage.shape.floats, stage.shape.floats))
        }
        return Ahead(blocks, in: engine)
    }
}

extension esp_window {
    /// A copy that fetches for the image after `image`.
    func fetching(after image: Int) -> esp_window {
        var window = self
        window.ahead.image = image + 1
        return window
    }

    func fetching(_ ahead: esp_ahead) -> esp_window {
        var window = self
        window.ahead = ahead
        return window
    }
}
