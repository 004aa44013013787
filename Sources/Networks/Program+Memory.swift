import Architectures
import Foundations

extension Program {
    /// Places every value and gradient buffer in one arena by its lifetime.
    ///
    /// Time counts stages: forward 0 ..< S, the loss at S, the backward pass of stage s at 2S - s. Every image of a buffer
    /// is blocks * h * w * 16 floats.
    static func placeBuffers(
        _ stages: [Stage], plan: Plan, gradients: [GradientBuffer], gradientOf: [Leaf: Int], normInput: [Int: Int],
        training: Bool, capacity: Int
    ) -> (values: [Int: Int], gradients: [Int], count: Int) {
        let last = stages.count
        var intervals: [MemoryInterval] = []
        var stageOf: [Int: Int] = [:]
        for (index, stage) in stages.enumerated() {
            stageOf[stage.node] = index
            intervals.append(
                MemoryInterval(
                    count: stage.shape.floats * capacity, start: index, end: training ? 2 * last - index : index))
        }
        if !training {
            for (index, stage) in stages.enumerated() {
                for leaf in stage.views.flatMap({ $0.segments.flatMap(\.terms) }) {
                    let writer = stageOf[leaf.buffer]!
                    intervals[writer].end = max(intervals[writer].end, index)
                }
            }
            for output in plan.outputs where stageOf[output] != nil { intervals[stageOf[output]!].end = last }
        }
        // A gradient lives from its first writer to the backward pass of the last stage whose value it belongs to.
        var spans = gradients.map { MemoryInterval(count: $0.shape.floats * capacity, start: .max, end: 0) }
        for (index, stage) in stages.enumerated() {
            for target in stage.targets.joined().joined() {
                spans[target.gradient].start = min(spans[target.gradient].start, 2 * last - index)
            }
        }
        for (leaf, gradient) in gradientOf {
            var buffer = leaf.node
            if case .norm(let node) = leaf { buffer = normInput[node]! }
            spans[gradient].end = max(spans[gradient].end, 2 * last - stageOf[buffer]!)
            if case .value(plan.outputs[0]) = leaf { spans[gradient].start = last }
        }
        let placed = placeIntervals(intervals + spans)
        var values: [Int: Int] = [:]
        for (index, stage) in stages.enumerated() { values[stage.node] = placed.offsets[index] }
        return (values, Array(placed.offsets[stages.count...]), placed.count)
    }
}

extension FeatureShape {
    /// Blocks of 16 channels.
    var blocks: Int { (channels + 15) / 16 }
    var pixels: Int { height * width }
    /// Floats of one image in blocks: blocks * h * w * 16.
    package var floats: Int { blocks * pixels * 16 }
}

/// A buffer of `count` floats that must not share memory with another from time `start` to time `end`, both included.
package struct MemoryInterval: Equatable {
    package var count: Int
    package var start: Int
    package var end: Int

    package init(count: Int, start: Int, end: Int) {
        self.count = count
        self.start = start
        self.end = end
    }
}

/// Offsets at which no two intervals that overlap in time overlap in memory: the largest first, each at the lowest place
/// where it fits. Offsets are multiples of 1,024 floats (4 KiB).
///
/// - Cost: n log n + n times the number of buffers alive at the same time.
package func placeIntervals(_ intervals: [MemoryInterval]) -> (offsets: [Int], count: Int) {
    var offsets = [Int](repeating: 0, count: intervals.count)
    var placed: [Int] = []
    var total = 0
    let order = intervals.indices.sorted { (intervals[$1].count, $0) < (intervals[$0].count, $1) }
    for index in order {
        let interval = intervals[index]
        let size = (interval.count + 1023) / 1024 * 1024
        let rivals = placed.filter { intervals[$0].start <= interval.end && interval.start <= intervals[$0].end }
            .sorted { offsets[$0] < offsets[$1] }
        var offset = 0
        for rival in rivals {
            if offsets[rival] >= offset + size { break }
            offset = max(offset, offsets[rival] + (intervals[rival].count + 1023) / 1024 * 1024)
        }
        offsets[index] = offset
        placed.append(index)
        total = max(total, offset + size)
    }
    return (offsets, total)
}
