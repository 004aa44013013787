import Foundations

/// A symmetric positive definite matrix [n, n], row-major, by its Cholesky factor A = L L^T.
///
/// - Cost: n^3 / 3 multiply-adds to factor, n^2 a solution, n^3 for the inverse. Meant for n of a few hundred.
struct PositiveDefinite {
    let size: Int
    /// Lower triangle, row-major, the upper one unused.
    private var lower: [Double]

    /// Nil where a pivot is not above zero: the matrix is not positive definite to rounding.
    init?(_ matrix: [Double], size n: Int) {
        require(matrix.count == n * n, "\(matrix.count) numbers, expected \(n) x \(n)")
        size = n
        lower = matrix
        for i in 0..<n {
            for j in 0...i {
                var sum = lower[i * n + j]
                for k in 0..<j { sum -= lower[i * n + k] * lower[j * n + k] }
                if i == j {
                    guard sum > 0 else { return nil }
                    lower[i * n + i] = sum.squareRoot()
                } else {
                    lower[i * n + j] = sum / lower[j * n + j]
                }
            }
        }
    }

    /// x of A x = b.
    func solving(_ b: [Double]) -> [Double] {
        var x = b
        for i in 0..<size {
            for k in 0..<i { x[i] -= lower[i * size + k] * x[k] }
            x[i] /= lower[i * size + i]
        }
        for i in (0..<size).reversed() {
            for k in i + 1..<size { x[i] -= lower[k * size + i] * x[k] }
            x[i] /= lower[i * size + i]
        }
        return x
    }

    /// A^-1 = L^-T L^-1, row-major, exactly symmetric.
    var inverse: [Double] {
        let n = size
        // The rows of L^-T are the columns of L^-1, so that the products below run along rows.
        var columns = [Double](repeating: 0, count: n * n)
        for j in 0..<n {
            columns[j * n + j] = 1 / lower[j * n + j]
            for i in j + 1..<max(n, j + 1) {
                var sum = 0.0
                for k in j..<i { sum -= lower[i * n + k] * columns[j * n + k] }
                columns[j * n + i] = sum / lower[i * n + i]
            }
        }
        var result = [Double](repeating: 0, count: n * n)
        for i in 0..<n {
            for j in 0...i {
                var sum = 0.0
                for k in i..<n { sum += columns[i * n + k] * columns[j * n + k] }
                result[i * n + j] = sum
                result[j * n + i] = sum
            }
        }
        return result
    }
}
