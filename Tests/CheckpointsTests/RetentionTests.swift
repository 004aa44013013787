import Checkpoints
import Foundations
import Testing

@Suite struct RetentionTests {
    @Test func newestRoundEndsAndTagsStay() throws {
        let scratch = try Scratch()
        let store = try scratch.create()
        for step in 1...12 {
            try store.commit(
                Commit(
                    phase: .train, round: step / 5, step: step, blobs: [Blob("w", noise(5000, UInt64(step)))],
                    isRoundEnd: step % 5 == 0), keep: 3)
            if step == 7 { try store.tag(7, as: "seven") }
        }
        #expect(try store.manifests().map(\.seq) == [5, 7, 10, 11, 12])
        #expect(try store.tags().map(\.seq) == [7])
        for manifest in try store.manifests() {
            #expect(try store.read(manifest.blobs[0]) == noise(5000, UInt64(manifest.step)))
        }
        #expect(try store.manifest(12).anchor?.seq == 10)
        #expect(try store.manifest(7).anchor?.seq == 5)
        #expect(try store.manifest(12).parent?.seq == 11)
        #expect(try store.untag("seven"))
        #expect(try !store.untag("seven"))
        try store.commit(Commit(phase: .train), keep: 0)
        #expect(try store.manifests().map(\.seq) == [5, 10, 12, 13])
        #expect(try store.verify(full: true).errors == [])
        #expect(try store.verify().newestGood == 13)
    }

    /// Random commits with shared blobs, tags and restarts: the store stays whole, and holds what a model says.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func theStoreStaysWhole(seed: UInt64) throws {
        let scratch = try Scratch()
        var random = RandomStream(seed: seed, purpose: .test)
        var store = try scratch.create()
        var ends: Set<Int> = []
        var tagged: [String: Int] = [:]
        var kept: Set<Int> = [0]
        for step in 1...40 {
            let blobs = (0..<random.below(4)).map { i in
                Blob("b\(i)", noise(random.below(3000), UInt64(random.below(6))))
            }
            let keep = 2 + random.below(4)
            let isEnd = random.below(6) == 0
            let seq = try store.commit(Commit(phase: .train, step: step, blobs: blobs, isRoundEnd: isEnd), keep: keep)
            if isEnd { ends.insert(seq) }
            kept.insert(seq)
            kept = Set(kept.sorted().suffix(keep)).union(kept.intersection(ends.union(tagged.values)))
            #expect(try store.manifests().map(\.seq) == kept.sorted())
            if random.below(5) == 0 {
                let name = "t\(random.below(3))"
                tagged[name] = kept.randomElement(using: &random)
                try store.tag(tagged[name]!, as: name)
            }
            if random.below(7) == 0 {
                store.close()
                store = try scratch.open()
            }
            #expect(try store.verify(full: true).errors == [])
        }
    }

    /// The file levels off: about (keep + 3) states where everything changes.
    @Test func theFileDoesNotGrowWithoutBound() throws {
        let scratch = try Scratch()
        let store = try scratch.create()
        for step in 1...60 {
            try store.commit(Commit(phase: .train, step: step, blobs: [Blob("w", noise(200_000, UInt64(step)))]))
        }
        #expect(store.bytesOnDisk <= 2 * 4 * 200_000 + (1 << 20))
    }

    @Test func tagsAreChecked() throws {
        let scratch = try Scratch()
        let store = try scratch.create()
        #expect(
            complaint { try store.tag(0, as: "../x") }.hasPrefix(#"2 cannot use "../x": it is not a name for a tag"#))
        #expect(
            complaint { try store.tag(9, as: "x") }
                == "2 cannot tag checkpoint 9 of \(scratch.root)/demo: there is none")
        #expect(
            complaint { try store.manifest(9) }
                == "2 cannot read checkpoint 9 of \(scratch.root)/demo: there is none "
                + "(`espalier checkpoint list demo` lists them)")
    }
}
