/// One image of bytes (planes [c][h][w]) to blocks [ceil(c/16)][h][w][16]: seen through `view`, value * scale[c] +
/// shift[c] (two roundings); outside the image a byte of 0; channels past c are 0.
package func decode(
    _ out: UnsafeMutablePointer<Float>, planes: UnsafePointer<UInt8>, channels: Int, height: Int, width: Int,
    view: View,
    scale: [Float], shift: [Float]
) {
    let plane = height * width
    let blocks = (channels + 15) / 16
    out.update(repeating: 0, count: blocks * plane * 16)
    for channel in 0..<channels {
        let source = planes + channel * plane
        let target = out + channel / 16 * plane * 16 + channel % 16
        let (scale, shift) = (scale[channel], shift[channel])
        for y in 0..<height {
            let row = y + view.dy
            for x in 0..<width {
                let column = (view.flip ? width - 1 - x : x) + view.dx
                let inside = row >= 0 && row < height && column >= 0 && column < width
                let byte = inside ? source[row * width + column] : 0
                let scaled = Float(byte) * scale
                target[(y * width + x) * 16] = scaled + shift
            }
        }
    }
}
