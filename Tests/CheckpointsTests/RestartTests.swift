import Checkpoints
import Foundation
import Foundations
import Testing

@Suite struct RestartTests {
    /// Nine checkpoints: two steps and the end of a round, three times, each with rows and a weight of its own.
    private func build(_ scratch: Scratch) throws {
        let store = try scratch.create()
        try grow(store, 1...4)
        try store.tag(4, as: "four")
        try grow(store, 5...9)
        try store.tag(7, as: "seven")
        try store.noteFailure(at: "policy", seq: 9, problem: "exit 3")
        #expect(try store.verify(full: true).errors == [])
    }

    static func weights(_ step: Int) -> [UInt8] { noise(9000, UInt64(step)) }

    private func grow(_ store: CheckpointStore, _ steps: ClosedRange<Int>) throws {
        for step in steps {
            let isEnd = step % 3 == 0
            let round = step / 3
            let ended: [Row] =
                isEnd
                ? [
                    .round(round - 1, json: "{\"end\": \(round)}"),
                    .score(round: round - 1, child: "ch", json: "{\"of\": \(round)}"),
                ] : []
            try store.commit(
                Commit(
                    phase: .train, round: round, step: 10 * step, digest: "d\(step)", fingerprint: "f",
                    state: [UInt8(step)], blobs: [Blob("w", Self.weights(step)), Blob("same", [7])],
                    rows: (0..<10).map { .metric(series: "loss", step: 10 * step - 10 + $0, value: Double(step)) }
                        + ended + [.event(json: "step \(step)")], isRoundEnd: isEnd), keep: 4)
        }
    }

    /// What decides the rest of a run and what reports are made of, without sequence numbers and events.
    private func outcome(_ store: CheckpointStore) throws -> String {
        let head = try store.newest()
        var lines = [
            "\(head.phase) \(head.round) \(head.step) \(head.digest) \(head.fingerprint) \([UInt8](head.state))"
        ]
        for blob in head.blobs { lines.append("\(blob.name) \(SHA256.digest(of: try store.read(blob)))") }
        for round in 0..<4 { lines.append("\(try store.scores(round))") }
        lines.append("\(try store.rounds()) \(try store.metrics("loss"))")
        return lines.joined(separator: "\n")
    }

    @Test func anOlderCheckpointBecomesTheHead() throws {
        let scratch = try Scratch()
        try build(scratch)
        let store = try CheckpointStore.restart(
            try scratch.folder(), from: 4, rows: { [.event(json: "back, \($0) lost")] })
        let (old, new) = (try store.manifest(4), try store.newest())
        #expect(try store.manifests().map(\.seq) == [3, 4, 10])
        #expect(try store.head.seq == 10)
        #expect((new.parent?.seq, new.anchor?.seq, new.isRoundEnd) == (4, 3, false))
        #expect((new.round, new.step, new.digest, new.fingerprint) == (old.round, old.step, "d4", "f"))
        #expect((new.phase, new.state, new.blobs) == (old.phase, old.state, old.blobs))
        #expect(try store.tags().map(\.name) == ["four"])
        #expect(try store.attempts() == [])
        #expect(try store.rounds().map(\.round) == [0])
        #expect(try store.scores(0).count == 1)
        #expect(try store.scores(1).isEmpty && store.scores(2).isEmpty)
        #expect(try store.metrics("loss").map(\.step) == Array(0..<40))
        #expect(try store.events().map(\.json) == (1...9).map { "step \($0)" } + ["back, 0 lost"])
        #expect(try store.verify(full: true).errors == [])
        #expect(store.card.floor == 9)
        store.close()
        #expect(try scratch.open().head.seq == 10)
    }

    @Test(arguments: [3, 4, 6, 7, 8, 9]) func goingOnFromItEndsInTheSameBytes(seq: Int) throws {
        let scratch = try Scratch()
        try build(scratch)
        var store = try scratch.open()
        let straight = try outcome(store)
        store.close()
        store = try CheckpointStore.restart(try scratch.folder(), from: seq)
        if seq % 3 == 0 { #expect(try store.newest().anchor?.seq == seq) }
        if seq < 9 { try grow(store, seq + 1...9) }
        #expect(try outcome(store) == straight)
        #expect(try store.verify(full: true).errors == [])
    }

    @Test func aDamagedHeadNamesTheWayBack() throws {
        let scratch = try Scratch()
        try build(scratch)
        try scratch.damageHead()
        let place = "5 cannot open \(scratch.root)/demo/db, meta head: payload fails its checksum "
        let hint =
            "(go back to the newest whole checkpoint: espalier resume demo --from 9 --checkpoints \(scratch.root))"
        #expect(complaint { try scratch.open(.reading) } == place + hint)
        #expect(complaint { try scratch.open(.writing) } == place + hint)
        let store = try CheckpointStore.restart(try scratch.folder(), from: 9)
        #expect(try store.head.seq == 10)
        #expect(try store.verify(full: true).errors == [])
    }

    @Test func aDamagedNewestManifestIsLeftBehind() throws {
        let scratch = try Scratch()
        try build(scratch)
        try scratch.damageManifest(9)
        for access in [CheckpointStore.Access.reading, .writing] {
            let text = complaint { try scratch.open(access) }
            #expect(text.hasPrefix("5 cannot open \(scratch.root)/demo/db, ckpt 9: payload fails"), "\(text)")
            #expect(text.contains("espalier resume demo --from 8"), "\(text)")
        }
        let text = complaint { try CheckpointStore.restart(scratch.folder(), from: 9) }
        #expect(text.hasPrefix("5 cannot restart \(scratch.root)/demo/db, ckpt 9: payload fails"), "\(text)")
        #expect(text.contains("espalier resume demo --from 8"), "\(text)")
        let store = try CheckpointStore.restart(try scratch.folder(), from: 8)
        // 9 is never used again, though nothing but its key could be read.
        #expect(try store.manifests().map(\.seq) == [3, 4, 6, 7, 8, 10])
        try grow(store, 9...9)
        #expect(try store.verify(full: true).errors == [])
    }

    @Test func aDamagedBlobIsNamedAndMayBeWrittenAgain() throws {
        let scratch = try Scratch()
        try build(scratch)
        try scratch.damageBlob(Self.weights(9))
        try scratch.damageBlob(Self.weights(3))
        var store = try scratch.open(.reading)
        let blob = try #require(try store.newest().blob("w"))
        let text = complaint { try store.read(blob) }
        #expect(text.contains("payload fails its checksum") && text.contains("resume demo --from 8"), "\(text)")
        #expect(try store.newestWhole() == 8)
        store.close()
        #expect(complaint { try CheckpointStore.restart(scratch.folder(), from: 9) }.hasPrefix("5 cannot restart"))
        store = try CheckpointStore.restart(try scratch.folder(), from: 8)
        try grow(store, 9...9)
        // The end of round 1 has lost its weights, and says so; what comes after it is whole.
        #expect(try store.verify(full: true).errors.map(\.problem) == ["a chunk of w is missing or damaged"])
        #expect(try store.newestWhole() == 11)
        try store.commit(Commit(phase: .train, blobs: [Blob("w", Self.weights(3))]))
        #expect(try store.verify(full: true).errors == [])
    }

    /// What is recorded of a round is part of every checkpoint after it.
    @Test(arguments: [(Scratch.Kind.round, "{\"end\": 3}"), (.score, "{\"of\": 3}")])
    func aDamagedRoundIsLeftBehind(kind: Scratch.Kind, row: String) throws {
        let scratch = try Scratch()
        try build(scratch)
        #expect(try scratch.damage(kind) { $0.elementsEqual(row.utf8) } > 0)
        var store = try scratch.open(.reading)
        #expect(try store.newestWhole() == 8 && store.verify(full: true).newestGood == 8)
        let text = complaint { _ = kind == .round ? "\(try store.rounds())" : "\(try store.scores(2))" }
        #expect(text.contains("payload fails its checksum") && text.contains("resume demo --from 8"), "\(text)")
        store.close()
        #expect(complaint { try CheckpointStore.restart(scratch.folder(), from: 9) }.hasPrefix("5 cannot restart"))
        store = try CheckpointStore.restart(try scratch.folder(), from: 8)
        try grow(store, 9...9)
        #expect(try store.rounds().map(\.round) == [0, 1, 2] && store.scores(2).count == 1)
        #expect(try store.verify(full: true).errors == [])
    }

    /// A key with a bit flipped is a row elsewhere and none where it was.
    @Test func aRowUnderAnotherKeyIsMissed() throws {
        let scratch = try Scratch()
        try build(scratch)
        #expect(try scratch.move(.round, from: [0, 0, 0, 2], to: [0, 0, 0, 66]) > 0)
        let store = try scratch.open(.reading)
        #expect(try store.newestWhole() == 8 && store.verify(full: true).newestGood == 8)
    }

    /// Events are told of and no more: those that are damaged go, and their number is told.
    @Test func damagedEventsAreRemoved() throws {
        let scratch = try Scratch()
        try build(scratch)
        #expect(try scratch.damage(.event) { $0.elementsEqual("step 5".utf8) } > 0)
        #expect(try scratch.move(.event, from: [0, 0, 0, 0, 0, 0, 0, 8], to: [255, 0, 0, 0, 0, 0, 0, 8]) > 0)
        #expect(try scratch.damage(.metric) { $0.elementsEqual(withUnsafeBytes(of: 7.0.bitPattern, Array.init)) } > 0)
        var store = try scratch.open()
        #expect(complaint { try store.events() }.contains("resume demo --from 9"))
        #expect(complaint { try store.record([.event(json: "x")]) }.contains("its key is no number of an event"))
        store.close()
        store = try CheckpointStore.restart(try scratch.folder(), from: 9, rows: { [.event(json: "\($0) lost")] })
        let left = [1, 2, 3, 4, 6, 7, 8].map { "step \($0)" }
        #expect(try store.events().map(\.json) == left + ["2 lost"])
        #expect(try store.metrics("loss").count == 80)
        try store.record([.event(json: "on")])
        #expect(try store.verify(full: true).errors == [])
    }

    @Test func aDamagedOlderManifestDoesNotKeepTheRunFromGoingOn() throws {
        let scratch = try Scratch()
        try build(scratch)
        try scratch.damageManifest(7)
        let text = complaint { try scratch.open() }
        #expect(text.contains("ckpt 7: payload fails") && text.contains("resume demo --from 9"), "\(text)")
        let store = try CheckpointStore.restart(try scratch.folder(), from: 9)
        #expect(try store.manifests().map(\.seq) == [3, 4, 6, 8, 9, 10])
        #expect(try store.tags().map(\.name) == ["four"])
        #expect(try store.verify(full: true).errors == [])
    }

    @Test func whereNothingIsWholeThereIsNoWayBack() throws {
        let scratch = try Scratch()
        try build(scratch)
        try scratch.damageHead()
        try scratch.damage(.manifest) { _ in true }
        #expect(
            complaint { try scratch.open() }.hasSuffix(
                "(no checkpoint can be gone on with; put a copy of the run's folder back)"))
        #expect(
            complaint { try CheckpointStore.restart(scratch.folder(), from: 6) }
                .hasSuffix(
                    "ckpt 6: payload fails its checksum (no checkpoint can be gone on with; put a copy of the run's folder back)"
                ))
    }

    @Test func missingCheckpointsAreNamed() throws {
        let scratch = try Scratch()
        try build(scratch)
        for seq in [5, 10, -1, Int.max] {
            #expect(
                complaint { try CheckpointStore.restart(scratch.folder(), from: seq) }
                    == "2 cannot go back to checkpoint \(seq) of \(scratch.root)/demo: there is none; "
                    + "it has 3, 4, 6, 7, 8, 9")
        }
        #expect(
            complaint { try CheckpointStore.restart(scratch.folder("none"), from: 1) }
                .hasPrefix("2 cannot open run \(scratch.root)/none: there is no such run"))
        let store = try scratch.open()
        #expect(complaint { try CheckpointStore.restart(scratch.folder(), from: 9) }.hasPrefix("7 cannot write"))
        #expect(try store.head.seq == 9)
    }

    private func rollBack(_ scratch: Scratch) throws {
        let files = FileManager.default
        var store = try scratch.create()
        try store.commit(Commit(phase: .train, isRoundEnd: true))
        store.close()
        try files.copyItem(atPath: scratch.root + "/demo/db", toPath: scratch.root + "/.older")
        store = try scratch.open()
        for _ in 0..<3 { try store.commit(Commit(phase: .train, round: 1, isRoundEnd: true)) }
        store.close()
        try files.removeItem(atPath: scratch.root + "/demo/db")
        try files.copyItem(atPath: scratch.root + "/.older", toPath: scratch.root + "/demo/db")
    }

    @Test func aRollbackIsAcceptedOnceAndForGood() throws {
        let scratch = try Scratch()
        try rollBack(scratch)
        let refusal =
            "5 cannot open \(scratch.root)/demo: the store has been rolled back: its newest checkpoint is 1, but 4 was "
            + "finished (put the newer db folder back, or go on from the older one: "
            + "espalier resume demo --accept-rollback --checkpoints \(scratch.root))"
        #expect(complaint { try scratch.open() } == refusal)
        #expect(complaint { try CheckpointStore.restart(scratch.folder(), from: 1) } == refusal)
        // A reader changes nothing.
        try CheckpointStore.open(scratch.folder(), for: .reading, acceptingRollback: true).close()
        #expect(complaint { try scratch.open() } == refusal)
        var store = try CheckpointStore.open(scratch.folder(), for: .writing, acceptingRollback: true)
        // Not for good yet.
        store.close()
        #expect(complaint { try scratch.open() } == refusal)
        store = try CheckpointStore.open(scratch.folder(), for: .writing, acceptingRollback: true)
        try store.acceptRollback()
        #expect(store.card.floor == 1)
        store.close()
        store = try scratch.open()
        #expect((try store.head.seq, store.card.floor) == (1, 1))
        #expect(try store.commit(Commit(phase: .train)) == 2)
    }

    @Test func aRolledBackStoreCanBeRestartedWhereThatIsAccepted() throws {
        let scratch = try Scratch()
        try rollBack(scratch)
        try scratch.damageHead()
        let store = try CheckpointStore.restart(scratch.folder(), from: 1, acceptingRollback: true)
        // The floor stays below the head.
        #expect((try store.head.seq, store.card.floor) == (5, 4))
        store.close()
        #expect(try scratch.open().verify(full: true).errors == [])
    }

    @Test func acceptingARollbackAcceptsNothingElse() throws {
        let scratch = try Scratch()
        try scratch.create("other").close()
        try rollBack(scratch)
        let other = try Data(contentsOf: URL(fileURLWithPath: scratch.root + "/other/db/data.mdb"))
        for (data, problem) in [(other, "run.json of run"), (GuardTests.emptyStore, "the store is empty")] {
            try data.write(to: URL(fileURLWithPath: scratch.database))
            let opened = complaint {
                try CheckpointStore.open(scratch.folder(), for: .writing, acceptingRollback: true)
            }
            #expect(opened.hasPrefix("5 ") && opened.contains(problem), "\(opened)")
            let restarted = complaint {
                try CheckpointStore.restart(scratch.folder(), from: 0, acceptingRollback: true)
            }
            #expect(restarted.hasPrefix("5 ") && restarted.contains(problem), "\(restarted)")
        }
        let card = try String(contentsOfFile: scratch.root + "/demo/run.json", encoding: .utf8)
        #expect(card.contains(#""floor" : 4"#) || card.contains(#""floor": 4"#))
    }

    /// Records with sound checksums and numbers that no store of ours has.
    @Test(arguments: [
        (#""round":0,"#, #""round":-,"#), (#""step":10"#, #""step":-1"#), (#""bytes":9000"#, #""bytes":-900"#),
    ])
    func absurdManifestsAreRefused(old: String, new: String) throws {
        let scratch = try Scratch()
        try build(scratch)
        #expect(try scratch.forge(.manifest, old, new) > 0)
        for access in [CheckpointStore.Access.reading, .writing] {
            let text = complaint { try scratch.open(access).verify(full: true).errors.map(\.problem) }
            #expect(text.hasPrefix("5 ") || text == "no error", "\(text)")
        }
        let text = complaint { try CheckpointStore.restart(scratch.folder(), from: 3) }
        #expect(text.hasPrefix("5 cannot restart") || text == "no error", "\(text)")
    }

    /// Random damage to records: a restart from every checkpoint either refuses and changes nothing, or gives a store
    /// whose head is whole and can be gone on from.
    @Test func randomDamageIsRefusedOrLeftBehind() throws {
        let scratch = try Scratch()
        try build(scratch)
        let url = URL(fileURLWithPath: scratch.database)
        let whole = try Data(contentsOf: url)
        var random = RandomStream(seed: 11, purpose: .test)
        var (refused, restarted) = (0, 0)
        for trial in 0..<100 {
            var bytes = [UInt8](whole)
            for _ in 0..<1 + random.below(9) {
                bytes[8192 + random.below(bytes.count - 8192)] ^= 1 << UInt8(random.below(8))
            }
            try Data(bytes).write(to: url)
            let seq = [3, 4, 6, 7, 8, 9][random.below(6)]
            do {
                let store = try CheckpointStore.restart(scratch.folder(), from: seq)
                restarted += 1
                let head = try store.newest()
                #expect(head.digest == "d\(seq)" && head.seq >= 10, "trial \(trial)")
                #expect(try store.newestWhole() == head.seq, "trial \(trial)")
                #expect(try store.read(try #require(head.blob("w"))) == Self.weights(seq), "trial \(trial)")
                store.close()
                let again = try scratch.open()
                try again.commit(Commit(phase: .train, step: 1000))
            } catch let error as StoreError {
                refused += 1
                #expect(try Data(contentsOf: url) == Data(bytes), "trial \(trial): \(error)")
            }
        }
        #expect(refused >= 10 && restarted >= 40, "\(refused) refused, \(restarted) restarted")
    }
}
