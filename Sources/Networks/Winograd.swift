import Architectures
import Tensors

/// The shapes of a 3x3 convolution of stride 1 that is computed by Winograd's F(4x4, 3x3): 4x4 outputs at a time, for 36
/// products a channel pair where the direct algorithm takes 144. What the transforms compute stands in
/// `CKernels/winograd.h` (Lavin and Gray 2016).
///
/// [n, h, w, c] -> [n, h', w', c'] with h' = h + 2 padding - 2. A side that is no multiple of 4 ends in a tile that is
/// cut off; what it reads past the image is zero.
struct Winograd {
    let input, output: FeatureShape
    let padding: Int

    /// Nil where the stage goes another way.
    init?(_ stage: Stage) {
        guard case .winograd(let window) = stage.kind else { return nil }
        (input, output, padding) = (stage.inputShapes[0], stage.shape, window.padding)
    }

    /// Whether it is taken to be faster than the direct kernel: enough channels to pay for the transforms, and an image
    /// that fills its tiles, so that products fall to 60 % or less both ways. By shapes alone. More padding than the
    /// kernel reaches (2) would leave the patch of the data gradient.
    static func pays(_ window: Window, from input: FeatureShape, to output: FeatureShape) -> Bool {
        guard window.kernel == 3, window.stride == 1, window.dilation == 1, window.padding <= 2 else { return false }
        guard min(input.channels, output.channels) >= 8 else { return false }
        return [input, output].allSatisfy { shape in
            5 * 36 * tiles(shape.height) * tiles(shape.width) <= 3 * 9 * shape.pixels
        }
    }

    /// Tiles along a side.
    static func tiles(_ side: Int) -> Int { (side + 3) / 4 }

    /// Images taken at once: enough small ones to fill the 32 tiles that stream through the weights together. A weight
    /// gradient is summed in such runs inside a lane, so this may depend on shapes only.
    var images: Int {
        let tiles = Winograd.tiles(output.height) * Winograd.tiles(output.width)
        return max(1, Int(ESP_WINOGRAD_TILES) / tiles)
    }

    /// How inputs lie in their patch: whole tiles and the two pixels that 3x3 taps reach beyond.
    var place: Source.Placement { patch(tiled: output, read: output, offset: padding) }

    /// How output gradients lie in theirs: with the border the input gradient needs, and room for the tiles of the weight
    /// gradient.
    var gradientPlace: Source.Placement { patch(tiled: input, read: output, offset: 2 - padding) }

    private func patch(tiled: FeatureShape, read: FeatureShape, offset: Int) -> Source.Placement {
        func side(_ tiled: Int, _ read: Int) -> Int {
            max(4 * Winograd.tiles(tiled) + 2, offset + 4 * Winograd.tiles(read))
        }
        return .init(height: side(tiled.height, read.height), width: side(tiled.width, read.width), offset: offset)
    }

    /// Pairs of an input and an output block, 16 x 16 weights each, and the floats of their 36 transformed planes.
    var blocks: Int { input.blocks * output.blocks }
    var weights: Int { 36 * esp_winograd_weights_plane(Int32(blocks)) }

    /// Floats of transformed tiles, either way.
    var work: Int {
        36 * (esp_winograd_tiles_plane(Int32(input.blocks)) + esp_winograd_tiles_plane(Int32(output.blocks)))
    }

    /// `images` images forward, and what their weight gradient reads.
    func forward(_ images: Int) -> esp_winograd {
        shape(images, from: input, to: output, place, gradient: gradientPlace)
    }

    /// The input gradient of `images` images: the convolution of dz by the flipped weights.
    func backward(_ images: Int) -> esp_winograd {
        shape(images, from: output, to: input, gradientPlace, gradient: place)
    }

    private func shape(
        _ images: Int, from: FeatureShape, to: FeatureShape, _ place: Source.Placement, gradient: Source.Placement
    ) -> esp_winograd {
        esp_winograd(
            images: Int32(images), out_h: Int32(to.height), out_w: Int32(to.width), cin: Int32(from.channels),
            cout_blocks: Int32(to.blocks), row: Int32(place.width * 16), block: Int32(place.floats),
            image: Int32(from.blocks * place.floats), dz_row: Int32(gradient.width * 16),
            dz_block: Int32(gradient.floats), dz_image: Int32(to.blocks * gradient.floats))
    }
}
