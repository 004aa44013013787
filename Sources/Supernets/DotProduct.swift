/// The sum of a[k] b[k], products and sums in double precision, in an order that depends on `count` alone: four partial
/// sums, so that the additions need not wait for each other.
func dotProduct(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Double {
    var sums = SIMD4<Double>(repeating: 0)
    for k in stride(from: 0, to: count - count % 4, by: 4) {
        let x = SIMD4<Double>(Double(a[k]), Double(a[k + 1]), Double(a[k + 2]), Double(a[k + 3]))
        let y = SIMD4<Double>(Double(b[k]), Double(b[k + 1]), Double(b[k + 2]), Double(b[k + 3]))
        sums += x * y
    }
    var rest = 0.0
    for k in count - count % 4..<count { rest += Double(a[k]) * Double(b[k]) }
    return (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}
