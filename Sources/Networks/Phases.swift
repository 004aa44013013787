import Architectures
import Tensors

/// The data gradient of a strided dense convolution, phase by phase: the pixels of dx whose coordinates leave the same
/// remainders are reached by the same taps, so no product has a zero that was put between the pixels of dz.
///
/// dz [n, h', w', c'] -> dx [n, h, w, c]; dx[y][x] = sum over the taps (ky, kx) with stride | y + padding - ky and
/// stride | x + padding - kx of dz[(y + padding - ky) / stride][(x + padding - kx) / stride] w[ky][kx], dz being zero
/// outside. Cost: the multiply-adds of the forward pass, a few more at the image's edges.
struct Phases {
    let window: Window
    let input, output: FeatureShape

    /// Nil where the stage's gradient goes another way.
    init?(_ stage: Stage) {
        guard stage.inPhases, case .convolution(let window) = stage.kind else { return nil }
        (self.window, input, output) = (window, stage.inputShapes[0], stage.shape)
    }

    /// Whether the stage can go this way: strided, and not dilated. Any padding.
    static func serve(_ window: Window) -> Bool { window.stride > 1 && window.dilation == 1 }

    /// How dz lies in its patch, zeros around it: the first pixels of dx reach (kernel - 1) / stride pixels back, the
    /// last ones up to pixel (h - 1 + padding) / stride.
    var place: Source.Placement {
        let before = (window.kernel - 1) / window.stride
        func side(_ read: Int, _ reached: Int) -> Int {
            before + max(read, (reached - 1 + window.padding) / window.stride + 1)
        }
        return .init(
            height: side(output.height, input.height), width: side(output.width, input.width), offset: before)
    }

    var shape: esp_phases {
        esp_phases(
            kernel: Int32(window.kernel), stride: Int32(window.stride), padding: Int32(window.padding),
            h: Int32(input.height), w: Int32(input.width), cin: Int32(output.channels),
            cout_blocks: Int32(input.blocks), before: Int32(place.offset), row: Int32(place.width * 16),
            block: Int32(place.floats))
    }
}
