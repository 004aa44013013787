import Checkpoints
import Foundation
import Foundations
import Testing

/// Damage inside `data.mdb`: detected, or without effect, and never the end of the process.
@Suite struct DamageTests {
    /// A store with every kind of record, what a reader learns from it, and what it learnt before the last commit.
    private func build(_ scratch: Scratch) throws -> (now: String, before: String) {
        let store = try scratch.create()
        for step in 1...8 {
            let large = (0..<3).map { Blob("large\($0)", noise(60_000, UInt64(step / 2 * 3 + $0))) }
            try store.commit(
                Commit(
                    phase: .train, round: step / 3, step: step, state: noise(300, 5),
                    blobs: large + [Blob("small", noise(200, UInt64(step)))],
                    rows: (0..<40).map { .metric(series: "loss", step: 40 * step + $0, value: Double($0)) }
                        + (0..<20).map { .score(round: step / 3, child: "\(100 + $0)", json: "{\"step\":\(step)}") }
                        + [.event(json: "\(step)"), .round(step / 3, json: "{}")], isRoundEnd: step % 4 == 0))
        }
        try store.tag(8, as: "eight")
        let before = try contents(store)
        try store.commit(Commit(phase: .train, step: 9, blobs: [Blob("small", [9])]))
        let now = try contents(store)
        #expect(try store.verify(full: true).errors == [])
        return (now, before)
    }

    /// An entry that claims 512 bytes of its neighbours can be read, but LMDB would move the wrong ones when it is taken away:
    /// going back in such a store ended with one that nobody could open.
    @Test func anEntryThatClaimsItsNeighboursIsRefused() throws {
        let scratch = try Scratch()
        _ = try build(scratch)
        let url = URL(fileURLWithPath: scratch.database)
        var bytes = [UInt8](try Data(contentsOf: url))
        let mark: [UInt8] = [0x45, 0x53, 0x50, 0x31, Scratch.Kind.metric.rawValue]
        var changed = 0
        for place in stride(from: 64, to: bytes.count - 5, by: 1) where bytes[place..<place + 5].elementsEqual(mark) {
            // Before the record its key, before that size, flags and the key's size.
            let key = (1...48).first { bytes[place - $0 - 2] == $0 && bytes[place - $0 - 8] == 40 }
            guard let key, place % 4_096 + 40 + 512 <= 4_096 else { continue }
            bytes[place - key - 7] ^= 2
            changed += 1
        }
        try #require(changed > 0)
        try Data(bytes).write(to: url)
        #expect(complaint { try scratch.open(.reading) }.contains("entries overlap"))
    }

    private enum Outcome { case detected, harmless, previous, wrong }

    private func look(_ scratch: Scratch, _ known: (now: String, before: String)) -> Outcome {
        do {
            let store = try scratch.open(.reading)
            guard try store.verify(full: true).errors.isEmpty else { return .detected }
            let found = try contents(store)
            return found == known.now ? .harmless : found == known.before ? .previous : .wrong
        } catch {
            return error is StoreError ? .detected : .wrong
        }
    }

    /// Runs `trials` damages, undoing each. - Returns: how many had each outcome.
    private func trial(
        _ trials: Int, seed: UInt64, _ damage: (inout RandomStream, inout [UInt8]) -> Void
    ) throws -> [Outcome: Int] {
        let scratch = try Scratch()
        let known = try build(scratch)
        let url = URL(fileURLWithPath: scratch.database)
        let whole = [UInt8](try Data(contentsOf: url))
        var outcomes: [Outcome: Int] = [:]
        for i in 0..<trials {
            var random = RandomStream(seed: seed, purpose: .test, step: i)
            var bytes = whole
            damage(&random, &bytes)
            try Data(bytes).write(to: url)
            let outcome = look(scratch, known)
            outcomes[outcome, default: 0] += 1
            if outcome == .wrong { Issue.record("trial \(i) of seed \(seed) was not noticed") }
        }
        try Data(whole).write(to: url)
        #expect(look(scratch, known) == .harmless)
        return outcomes
    }

    private func flip(_ bytes: inout [UInt8], _ random: inout RandomStream, in range: Range<Int>) {
        bytes[range.lowerBound + random.below(range.count)] ^= 1 << UInt8(random.below(8))
    }

    @Test func randomFlipsAreNoticedOrHarmless() throws {
        let outcomes = try trial(200, seed: 1) { random, bytes in flip(&bytes, &random, in: 0..<bytes.count) }
        #expect(outcomes[.detected, default: 0] >= 60, "\(outcomes)")
    }

    @Test func flipsInTheHeaderAreNoticedOrFallBackOneCommit() throws {
        let outcomes = try trial(150, seed: 2) { random, bytes in
            let page = random.below(2) * 4096
            flip(&bytes, &random, in: page..<page + 152)
        }
        #expect(outcomes[.detected, default: 0] >= 40, "\(outcomes)")
    }

    @Test func flipsInPagesOfKeysAreNoticedOrHarmless() throws {
        let outcomes = try trial(400, seed: 3) { random, bytes in
            let pages = (2..<bytes.count / 4096).filter { page in
                [1, 2].contains(bytes[page * 4096 + 10]) && bytes[page * 4096] == UInt8(truncatingIfNeeded: page)
            }
            let page = pages[random.below(pages.count)] * 4096
            let bounds = page + Int(bytes[page + 14]) + Int(bytes[page + 15]) << 8
            flip(&bytes, &random, in: random.below(2) == 0 ? page..<page + 64 : min(bounds, page + 4000)..<page + 4096)
        }
        #expect(outcomes[.detected, default: 0] >= 100, "\(outcomes)")
    }

    @Test func zeroedPagesAndCutFilesAreNoticedOrHarmless() throws {
        _ = try trial(60, seed: 4) { random, bytes in
            let page = random.below(bytes.count / 4096) * 4096
            for i in page..<page + 4096 { bytes[i] = 0 }
        }
        let cut = try trial(60, seed: 5) { random, bytes in bytes = Array(bytes[..<random.below(bytes.count)]) }
        #expect(cut[.detected, default: 0] >= 55, "\(cut)")
    }

    @Test func flipsInValuesAreAllNoticed() throws {
        let scratch = try Scratch()
        let secret = noise(50_000, 99)
        do {
            let store = try scratch.create()
            try store.commit(Commit(phase: .train, blobs: [Blob("secret", secret)]))
        }
        let url = URL(fileURLWithPath: scratch.database)
        let whole = try Data(contentsOf: url)
        let start = try #require(whole.range(of: Data(secret[..<64]))).lowerBound - 32
        let key = "blob"
        var random = RandomStream(seed: 6, purpose: .test)
        for i in 0..<150 {
            var bytes = [UInt8](whole)
            // Every byte of the envelope, then random ones of the payload.
            let place = i < 32 ? start + i : start + 32 + random.below(secret.count)
            bytes[place] ^= 1 << UInt8(random.below(8))
            try Data(bytes).write(to: url)
            let store = try scratch.open(.reading)
            let errors = try store.verify().errors
            #expect(errors.contains { $0.table == key }, "byte \(place - start)")
            let blob = try #require(try store.newest().blob("secret"))
            #expect(complaint { try store.read(blob) }.hasPrefix("5 cannot read"))
        }
    }

    @Test func exchangedRecordsAreNoticed() throws {
        let scratch = try Scratch()
        let (a, b) = (noise(50_000, 1), noise(50_000, 2))
        do {
            let store = try scratch.create()
            try store.commit(Commit(phase: .train, blobs: [Blob("a", a), Blob("b", b)]))
        }
        let url = URL(fileURLWithPath: scratch.database)
        var bytes = try Data(contentsOf: url)
        let placeA = try #require(bytes.range(of: Data(a))), placeB = try #require(bytes.range(of: Data(b)))
        let (recordA, recordB) = (
            placeA.lowerBound - 32..<placeA.upperBound, placeB.lowerBound - 32..<placeB.upperBound
        )
        let held = bytes[recordA]
        bytes.replaceSubrange(recordA, with: bytes[recordB])
        bytes.replaceSubrange(recordB, with: held)
        try bytes.write(to: url)
        let store = try scratch.open(.reading)
        let result = try store.verify()
        #expect(result.errors.filter { $0.problem == "record belongs to another key" }.count == 2)
        #expect(result.newestGood == 0)
        let blob = try #require(try store.newest().blob("a"))
        #expect(
            complaint { try store.read(blob) }
                == "5 cannot read \(scratch.root)/demo/db, blob \(blob.sha256)/0: record belongs to another key "
                + "(go back to the newest whole checkpoint: espalier resume demo --from 0 --checkpoints \(scratch.root))"
        )
    }
}
