import Foundations
import Networks
import Testing

/// Buffers that are alive together never share memory.
@Suite struct MemoryTests {
    private func clash(_ intervals: [MemoryInterval], _ offsets: [Int], total: Int) -> String? {
        for (i, a) in intervals.enumerated() {
            if offsets[i] < 0 || offsets[i] + a.count > total { return "\(a) at \(offsets[i]) leaves \(total)" }
            if offsets[i] % 1024 != 0 { return "\(a) at \(offsets[i]), no multiple of 1,024" }
            for (j, b) in intervals.enumerated().dropFirst(i + 1) {
                let together = a.start <= b.end && b.start <= a.end
                let apart = offsets[i] + a.count <= offsets[j] || offsets[j] + b.count <= offsets[i]
                if together && !apart { return "\(a) at \(offsets[i]) and \(b) at \(offsets[j])" }
            }
        }
        return nil
    }

    @Test(arguments: 0..<300)
    func randomIntervalsNeverOverlap(seed: UInt64) {
        var stream = RandomStream(seed: seed, purpose: .test)
        let horizon = 1 + stream.below(40)
        let intervals = (0..<stream.below(60)).map { _ -> MemoryInterval in
            let start = stream.below(horizon)
            return MemoryInterval(
                count: 1 + stream.below(stream.below(2) == 0 ? 5000 : 100_000), start: start,
                end: start + stream.below(horizon))
        }
        let (offsets, total) = placeIntervals(intervals)
        #expect(offsets.count == intervals.count)
        #expect(clash(intervals, offsets, total: total) == nil)
        // No more than one after the other, and no less than what is alive at the busiest time.
        func size(_ interval: MemoryInterval) -> Int { (interval.count + 1023) / 1024 * 1024 }
        let busiest = (0..<2 * horizon).map { time in
            intervals.filter { $0.start <= time && time <= $0.end }.reduce(0) { $0 + size($1) }
        }.max()!
        #expect(total >= busiest && total <= intervals.reduce(0) { $0 + size($1) })
    }

    @Test func intervalsThatTouchInTimeAreKeptApart() {
        let (offsets, _) = placeIntervals([.init(count: 10, start: 0, end: 3), .init(count: 10, start: 3, end: 5)])
        #expect(offsets[0] != offsets[1])
    }

    @Test func intervalsThatFollowEachOtherShare() {
        let (offsets, total) = placeIntervals([
            .init(count: 2048, start: 0, end: 3), .init(count: 2048, start: 4, end: 5),
            .init(count: 1, start: 6, end: 6),
        ])
        #expect(offsets == [0, 0, 0] && total == 2048)
        #expect(placeIntervals([]).count == 0)
    }
}
