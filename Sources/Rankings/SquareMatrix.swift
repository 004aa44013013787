import Foundations

/// A small dense square matrix; plain loops, for sides up to a few dozen.
struct SquareMatrix: Sendable {
    let side: Int
    private var values: [Double]

    init(side: Int, _ value: (Int, Int) -> Double) {
        self.side = side
        values = (0..<side * side).map { value($0 / side, $0 % side) }
    }

    init(_ rows: [[Double]]) {
        require(rows.allSatisfy { $0.count == rows.count }, "a matrix of \(rows.count) rows that is not square")
        self.init(side: rows.count) { rows[$0][$1] }
    }

    subscript(row: Int, column: Int) -> Double { values[row * side + column] }

    var trace: Double { (0..<side).reduce(0) { $0 + self[$1, $1] } }
    var sum: Double { values.reduce(0, +) }

    /// P M P, P = I - 11'/side: rows and columns without their means.
    var centred: SquareMatrix {
        let n = Double(side)
        let rows = (0..<side).map { row in (0..<side).reduce(0) { $0 + self[row, $1] } / n }
        let columns = (0..<side).map { column in (0..<side).reduce(0) { $0 + self[$1, column] } / n }
        let all = sum / (n * n)
        return SquareMatrix(side: side) { self[$0, $1] - rows[$0] - columns[$1] + all }
    }

    func times(_ other: SquareMatrix) -> SquareMatrix {
        SquareMatrix(side: side) { row, column in
            (0..<side).reduce(0) { $0 + self[row, $1] * other[$1, column] }
        }
    }

    func plus(_ other: SquareMatrix) -> SquareMatrix { SquareMatrix(side: side) { self[$0, $1] + other[$0, $1] } }
    func minus(_ other: SquareMatrix) -> SquareMatrix { SquareMatrix(side: side) { self[$0, $1] - other[$0, $1] } }
    func scaled(_ factor: Double) -> SquareMatrix { SquareMatrix(side: side) { self[$0, $1] * factor } }
}
