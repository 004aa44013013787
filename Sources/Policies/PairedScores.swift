import Foundations

/// What is known of the differences between any two children: sufficient statistics of scores x[s, c, i] that every
/// child c got on the same n images i at each of the last w snapshots s of the weights.
///
/// With a bar for a mean over the indices it leaves out, both tables are sums over images of products of two children:
///
///     means[s][c]    = x_sc
///     lasting[c, j]  = sum over i of    (x_ci - x_c) (x_ji - x_j)                    what an image keeps at every snapshot
///     passing[c, j]  = sum over s, i of e_sci e_sji,  e_sci = x_sci - x_sc - x_ci + x_c   and what it does not
///
/// From them follow the mean difference of two children and the parts of its variance (`PairedComponents`). Sizes: m
/// children, w snapshots: m (m + 1) + m w numbers, whatever the number of images.
///
/// In JSON the tables are lists of the lower triangle, row by row: (0,0), (1,0), (1,1), (2,0), ...
public struct PairedScores: Sendable, Hashable {
    /// Labels of the m children, in the order of the tables. A child that has a score that is not finite is left out.
    public let children: [String]
    /// n, the images each child was scored on.
    public let images: Int
    /// The training step of each of the w snapshots, rising.
    public let steps: [Int]
    /// The steps in which sampling goes once through all children: snapshots closer than that are not two looks.
    public let cycle: Int
    /// [w, m]: the mean score over images.
    public let means: [[Double]]
    /// Lower triangle [m, m] of the image effects that last over snapshots.
    let lasting: [Double]
    /// Lower triangle [m, m] of what is left: image by snapshot.
    let passing: [Double]

    /// Where the pair (row, column) stands in a triangle.
    static func place(_ row: Int, _ column: Int) -> Int {
        let (low, high) = (min(row, column), max(row, column))
        return high * (high + 1) / 2 + low
    }

    /// Whether each snapshot is at least one sampling cycle later than the one before.
    public var areApart: Bool { zip(steps, steps.dropFirst()).allSatisfy { $1 - $0 >= max(1, cycle) } }

    /// The scores from their tables, as they come over a wire.
    ///
    /// - Throws: ``PolicyError`` for sizes that do not fit, repeated labels, steps that do not rise, numbers that are not
    ///   finite.
    public init(
        children: [String], images: Int, steps: [Int], cycle: Int, means: [[Double]], lasting: [Double],
        passing: [Double]
    ) throws {
        func check(_ holds: Bool, _ text: @autoclosure () -> String) throws {
            if !holds { throw PolicyError("pairs: \(text())") }
        }
        let m = children.count
        let entries = m * (m + 1) / 2
        try check(Set(children).count == m, "a child stands twice in children")
        try check(images >= 1, "images is \(images), expected 1 or more")
        try check(cycle >= 0, "cycle is \(cycle), expected 0 or more")
        try check(zip(steps, steps.dropFirst()).allSatisfy { $0 < $1 }, "steps do not rise")
        try check(means.count == steps.count, "means has \(means.count) rows, expected one a step, \(steps.count)")
        for row in means { try check(row.count == m, "means has a row of \(row.count), expected a child each, \(m)") }
        for (name, table) in [("lasting", lasting), ("passing", passing)] {
            try check(
                table.count == entries, "\(name) holds \(table.count) numbers, expected m (m + 1) / 2 = \(entries)")
            try check(table.allSatisfy(\.isFinite), "\(name) holds a number that is not finite")
            try check((0..<m).allSatisfy { table[Self.place($0, $0)] >= 0 }, "\(name) holds a negative sum of squares")
        }
        try check(means.allSatisfy { $0.allSatisfy(\.isFinite) }, "means holds a number that is not finite")
        self.children = children
        self.images = images
        self.steps = steps
        self.cycle = cycle
        self.means = means
        self.lasting = lasting
        self.passing = passing
    }
}
