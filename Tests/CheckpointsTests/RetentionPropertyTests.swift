import Checkpoints
import Foundation
import Foundations
import Testing

/// Everything that changes what a store holds, in random order: after each step it is whole, and holds what a model says.
@Suite struct RetentionPropertyTests {
    /// What a store should hold.
    private struct Model {
        /// Checkpoints by number: the seed of their weights.
        var weights: [Int: Int] = [0: 0]
        var ends: Set<Int> = []
        var tagged: [String: Int] = [:]
        var head = 0
        /// The checkpoint the head was made from.
        var parent: Int?
        var greatest = 0

        mutating func commit(_ seed: Int, isEnd: Bool, keep: Int) {
            parent = head
            head += 1
            greatest = head
            weights[head] = seed
            if isEnd { ends.insert(head) }
            let stay = Set(weights.keys.sorted().suffix(max(2, keep))).union(ends).union(tagged.values)
            weights = weights.filter { stay.contains($0.key) }
        }

        mutating func restart(from seq: Int) {
            weights = weights.filter { $0.key <= seq }
            ends = ends.filter { $0 <= seq }
            tagged = tagged.filter { $0.value <= seq }
            parent = seq
            head = greatest + 1
            greatest = head
            weights[head] = weights[seq]
        }
    }

    private func bytes(_ seed: Int) -> [UInt8] { seed == 0 ? [] : noise(1 + seed * 700, UInt64(seed)) }

    private func check(_ store: CheckpointStore, _ model: Model, _ step: String) throws {
        #expect(try store.verify(full: true).errors == [], "\(step)")
        #expect(try store.manifests().map(\.seq) == model.weights.keys.sorted(), "\(step)")
        let head = try store.newest()
        #expect((head.seq, head.parent?.seq) == (model.head, model.parent), "\(step)")
        if let parent = model.parent { #expect(try store.manifest(parent).seq == parent, "\(step)") }
        let tags = try store.tags()
        #expect(tags.map(\.name) == model.tagged.keys.sorted(), "\(step)")
        for tag in tags { #expect(tag.seq == model.tagged[tag.name] && model.weights[tag.seq] != nil, "\(step)") }
        for manifest in try store.manifests() {
            let expected = bytes(try #require(model.weights[manifest.seq]))
            if let blob = manifest.blob("w") {
                #expect(try store.read(blob) == expected, "\(step)")
            } else {
                #expect(expected.isEmpty, "\(step)")
            }
        }
        #expect(store.card.floor <= head.seq, "\(step)")
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64]) func headParentAndTagsAreNeverDropped(seed: UInt64) throws {
        let scratch = try Scratch()
        var random = RandomStream(seed: seed, purpose: .test)
        var model = Model()
        var store = try scratch.create()
        var counts: [String: Int] = [:]
        for number in 0..<60 {
            let action: String
            switch random.below(14) {
            case 0..<7:
                let (weights, isEnd, keep) = (1 + random.below(9), random.below(5) == 0, random.below(6))
                action = "commit keep \(keep)"
                try store.commit(
                    Commit(
                        phase: .train, step: number, blobs: [Blob("w", bytes(weights)), Blob("one", [1])],
                        rows: [.metric(series: "m", step: number, value: 1)], isRoundEnd: isEnd), keep: keep)
                model.commit(weights, isEnd: isEnd, keep: keep)
            case 7, 8:
                action = "tag"
                let name = "t\(random.below(4))"
                let seq = model.weights.keys.sorted()[random.below(model.weights.count)]
                try store.tag(seq, as: name)
                model.tagged[name] = seq
            case 9:
                action = "untag"
                let name = "t\(random.below(4))"
                #expect(try store.untag(name) == (model.tagged[name] != nil))
                model.tagged[name] = nil
            case 10, 11:
                action = "restart"
                let seq = model.weights.keys.sorted()[random.below(model.weights.count)]
                store.close()
                store = try CheckpointStore.restart(
                    scratch.folder(), from: seq, rows: { _ in [.event(json: "\(number)")] })
                model.restart(from: seq)
            case 12:
                action = "compact"
                store.close()
                let sizes = try CheckpointStore.compact(scratch.folder()) { _ in }
                #expect(sizes.after <= sizes.before)
                store = try scratch.open()
            default:
                action = "reopen"
                store.close()
                store = try scratch.open()
            }
            counts[String(action.prefix(6)), default: 0] += 1
            try check(store, model, "seed \(seed), step \(number): \(action)")
        }
        #expect(counts.count == 6, "\(counts)")
    }
}
