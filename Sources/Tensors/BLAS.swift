import COpenBLAS
import Foundations

/// Matrix products by OpenBLAS: for wide ones (linear layers, covariances, many channels).
///
/// Callers parallelise outside: with one BLAS thread a result does not depend on the number of threads.
package enum BLAS {
    /// c = alpha * op(a) * op(b) + beta * c, row-major: op(a) is [rows, inner], op(b) is [inner, columns], c is
    /// [rows, columns]; op transposes where asked, so that a is then stored as [inner, rows] and b as [columns, inner].
    ///
    /// Leading dimensions count floats between stored rows. With beta 0, c need not be initialised. An empty `inner`
    /// leaves beta * c; empty `rows` or `columns` do nothing. Cost: 2 * rows * columns * inner operations.
    package static func multiply(
        rows: Int, columns: Int, inner: Int, alpha: Float = 1,
        _ a: UnsafePointer<Float>, leadingA: Int, transposeA: Bool = false,
        _ b: UnsafePointer<Float>, leadingB: Int, transposeB: Bool = false,
        beta: Float = 0, into c: UnsafeMutablePointer<Float>, leadingC: Int
    ) {
        // Built only where something is wrong.
        var sizes: String { "rows \(rows), columns \(columns), inner \(inner)" }
        let limit = Int(Int32.max)
        require(0...limit ~= rows && 0...limit ~= columns && 0...limit ~= inner, "product out of range: \(sizes)")
        let (widthA, widthB) = (transposeA ? rows : inner, transposeB ? inner : columns)
        require(leadingA <= limit && leadingA >= max(1, widthA), "leading dimension of a is \(leadingA): \(sizes)")
        require(leadingB <= limit && leadingB >= max(1, widthB), "leading dimension of b is \(leadingB): \(sizes)")
        require(leadingC <= limit && leadingC >= max(1, columns), "leading dimension of c is \(leadingC): \(sizes)")
        guard rows > 0 && columns > 0 else { return }
        cblas_sgemm(
            CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
            blasint(rows), blasint(columns), blasint(inner), alpha, a, blasint(leadingA), b, blasint(leadingB), beta, c,
            blasint(leadingC))
    }

    /// One BLAS thread a caller, from now on, in the whole process. Call it once before the first product.
    package static func pinToOneThread() { openblas_set_num_threads(1) }

    /// The kernels OpenBLAS picked, such as `SkylakeX`: part of what makes a run repeatable.
    package static var coreName: String { String(cString: openblas_get_corename()) }
}
