import Checkpoints
import Foundation
import Foundations
import Testing

@Suite struct ForkTests {
    private static let recipe = Array("seed: 8\n".utf8)

    static func weights(_ step: Int) -> [UInt8] { noise(step == 4 ? 2_500_000 : 5000, UInt64(step)) }

    /// Round ends at 2, 4 and 6, then 7 and 8; every weight changes but one.
    private func build(_ scratch: Scratch) throws -> CheckpointStore {
        let store = try scratch.create()
        for step in 1...8 {
            let round = step / 2
            let rows: [Row] =
                step % 2 == 0
                ? [.round(round - 1, json: "{\"r\":\(round - 1)}"), .score(round: round - 1, child: "a", json: "[1]")]
                : []
            try store.commit(
                Commit(
                    phase: .train, round: round, step: 10 * step, digest: "d\(step)", fingerprint: "f",
                    state: [UInt8(step)], blobs: [Blob("w", Self.weights(step)), Blob("same", [7]), Blob("none", [])],
                    rows: rows + [.metric(series: "loss", step: 10 * step - 1, value: 0.5), .event(json: "\(step)")],
                    isRoundEnd: step % 2 == 0 && step < 8), keep: 2)
        }
        try store.record([.metric(series: "late", step: 79, value: 1)])
        try store.tag(4, as: "four")
        try store.noteFailure(at: "policy", seq: 8, problem: "exit 3")
        return store
    }

    private static func fork(_ source: CheckpointStore, at seq: Int, into folder: RunFolder) throws -> CheckpointStore {
        try .fork(
            source, at: seq, into: folder, recipe: recipe, identity: #"{"fork":true}"#, writer: "espalier test",
            state: { manifest in ([UInt8](manifest.state) + [99], "fork of \(manifest.digest)") },
            rows: [.event(json: "forked")])
    }

    @Test(arguments: [2, 4, 6]) func aForkHoldsEverythingBefore(seq: Int) throws {
        let scratch = try Scratch()
        let source = try build(scratch)
        let before = try contents(source)
        let store = try Self.fork(source, at: seq, into: scratch.folder("child"))
        let ends = [2, 4, 6].filter { $0 <= seq }
        #expect(try store.manifests().map(\.seq) == ends + [seq + 1])
        for end in ends {
            #expect(try store.manifest(end) == source.manifest(end))
            for blob in try store.manifest(end).blobs { #expect(try store.read(blob) == source.read(blob)) }
        }
        let (old, new) = (try source.manifest(seq), try store.newest())
        #expect((new.parent?.seq, new.anchor?.seq, new.isRoundEnd) == (seq, seq, false))
        #expect((new.phase, new.round, new.step, new.fingerprint) == (old.phase, old.round, old.step, "f"))
        #expect((new.digest, [UInt8](new.state), new.blobs) == ("fork of d\(seq)", [UInt8(seq), 99], old.blobs))
        #expect(try store.read(try #require(new.blob("w"))) == Self.weights(seq))
        #expect(try store.rounds().map(\.round) == Array(0..<seq / 2))
        #expect(try (0..<5).map { try store.scores($0).count } == (0..<5).map { $0 < seq / 2 ? 1 : 0 })
        #expect(try store.metrics("loss").map(\.step) == (1...seq).map { 10 * $0 - 1 })
        #expect(try store.metrics("late").isEmpty)
        #expect(try store.events().map(\.json) == ["forked"])
        #expect(try store.tags().isEmpty && store.attempts().isEmpty)
        #expect(try store.recipe() == Self.recipe)
        #expect(try store.identity() == #"{"fork":true}"#)
        #expect(store.card.floor == seq && store.card.id != source.card.id)
        #expect(try store.verify(full: true).errors == [])
        #expect(try contents(source) == before)
        // Both go on by themselves.
        try store.commit(
            Commit(
                phase: .train, round: seq / 2, step: 10 * seq + 1, blobs: [Blob("w", [1])],
                rows: [.metric(series: "new", step: 0, value: 2), .metric(series: "late", step: 1, value: 3)],
                isRoundEnd: true))
        #expect(try store.metrics("new").map(\.value) == [2])
        #expect(try store.metrics("late").map(\.value) == [3])
        #expect(try store.newest().anchor?.seq == seq)
        try source.commit(Commit(phase: .done))
        #expect(try source.verify(full: true).errors == [])
        store.close()
        #expect(try scratch.open(.writing, "child").verify(full: true).errors == [])
    }

    @Test func onlyRoundEndsAreForked() throws {
        let scratch = try Scratch()
        let source = try build(scratch)
        for seq in [0, 5, 7, 9, -1] {
            #expect(
                complaint { try Self.fork(source, at: seq, into: scratch.folder("child")) }
                    == "2 cannot fork checkpoint \(seq) of \(scratch.root)/demo: it is not the end of a round; "
                    + "those are 2, 4, 6")
        }
        let young = try scratch.create("young")
        #expect(
            complaint { try Self.fork(young, at: 0, into: scratch.folder("child")) }
                .hasSuffix("it is not the end of a round; no round has ended"))
        #expect(
            complaint { try Self.fork(source, at: 2, into: scratch.folder("young")) }
                .hasPrefix("2 cannot create run \(scratch.root)/young: it exists"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.root).sorted() == ["demo", "young"])
    }

    @Test func damageIsNotCopied() throws {
        let scratch = try Scratch()
        try build(scratch).close()
        let url = URL(fileURLWithPath: scratch.database)
        let whole = try Data(contentsOf: url)
        let damages: [(String, () throws -> Void)] = [
            ("payload fails", { try scratch.damageBlob(Self.weights(2)) }),
            ("payload fails", { try scratch.damage(.blob) { $0.count == 1_048_528 } }),
        ]
        for (problem, damage) in damages {
            try damage()
            let source = try scratch.open(.reading)
            let text = complaint { try Self.fork(source, at: 4, into: scratch.folder("child")) }
            #expect(text.hasPrefix("5 cannot fork \(scratch.root)/demo/db, blob ") && text.contains(problem), "\(text)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.root) == ["demo"])
            source.close()
            try whole.write(to: url)
        }
        // What lies after it is of no account.
        try scratch.damageBlob(Self.weights(6))
        try Self.fork(try scratch.open(.reading), at: 4, into: scratch.folder("child")).close()
        #expect(try scratch.open(.reading, "child").verify(full: true).errors == [])
    }

    @Test func aStateThatCannotBeMadeLeavesNothing() throws {
        struct Refusal: Error {}
        let scratch = try Scratch()
        let source = try build(scratch)
        #expect(throws: Refusal.self) {
            try CheckpointStore.fork(
                source, at: 2, into: scratch.folder("child"), recipe: [], identity: "{}",
                state: { _ in throw Refusal() })
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.root) == ["demo"])
    }

    @Test func aForkCanBeForked() throws {
        let scratch = try Scratch()
        let first = try Self.fork(try build(scratch), at: 4, into: scratch.folder("child"))
        try first.commit(Commit(phase: .train, round: 3, step: 60, blobs: [Blob("w", [3])], isRoundEnd: true))
        let second = try Self.fork(first, at: 6, into: scratch.folder("grandchild"))
        #expect(try second.manifests().map(\.seq) == [2, 4, 6, 7])
        #expect(try second.verify(full: true).errors == [])
    }

    /// The states of round ends copied from a store of an older schema are made anew, and the chain follows.
    @Test func anOlderSourceIsUpgradedOnTheWay() throws {
        let scratch = try Scratch()
        try build(scratch).close()
        #expect(try scratch.forge(.meta, "\"schema\":\(CheckpointStore.schema)", "\"schema\":0") > 0)
        let source = try scratch.open(.reading)
        let store = try CheckpointStore.fork(
            source, at: 6, into: scratch.folder("child"), recipe: [], identity: "{}",
            state: { ([UInt8]($0.state), $0.digest) }, upgrading: { [100] + $0 })
        #expect(try store.verify(full: true).errors == [])
        #expect(
            try store.manifests().map { Array(try store.manifest($0.seq).state) } == [
                [100, 2], [100, 4], [100, 6], [6],
            ])
        #expect(try store.manifest(6).anchor != source.manifest(6).anchor)
        #expect(try store.manifest(6).blobs == source.manifest(6).blobs)
    }

    /// Another thread commits to the source while it is being forked.
    @Test func theSourceMayBeWrittenMeanwhile() async throws {
        let scratch = try Scratch()
        let source = try build(scratch)
        let root = scratch.root
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for step in 9...40 {
                    try source.commit(Commit(phase: .train, step: 10 * step, blobs: [Blob("w", noise(9000, 1))]))
                }
            }
            group.addTask {
                for name in ["a", "b", "c"] {
                    let store = try Self.fork(source, at: 6, into: RunFolder(root: root, name: name))
                    #expect(try store.verify(full: true).errors == [])
                    #expect(try store.manifests().map(\.seq) == [2, 4, 6, 7])
                }
            }
            try await group.waitForAll()
        }
        #expect(try source.head.seq == 40)
    }
}
