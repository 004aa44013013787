import Tensors

/// One image of bytes (planes [c][h][w]) to blocks [ceil(c/16)][h][w][16]: seen through `view`, value * scale[c] +
/// shift[c] (two roundings); outside the image a byte of 0; channels past c are 0.
package func decode(
    _ out: UnsafeMutablePointer<Float>, planes: UnsafePointer<UInt8>, channels: Int, height: Int, width: Int,
    view: View, scale: [Float], shift: [Float]
) {
    esp_decode(
        out, planes, Int32(channels), Int32(height), Int32(width), Int32(view.dy), Int32(view.dx), view.flip ? 1 : 0,
        scale, shift)
}
