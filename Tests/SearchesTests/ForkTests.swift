import Checkpoints
import Foundation
import Foundations
import Policies
import Reports
import Searches
import Testing

/// Runs that share their past with another.
@Suite struct ForkTests {
    /// Forks and runs to the end.
    @discardableResult
    private func fork(
        _ point: String, as name: String, in scratch: Scratch, observer: any SearchObserver = SilentObserver(),
        _ change: @escaping (inout Recipe) throws -> Void = { _ in }
    ) async throws -> RunRecord {
        try await ProgressiveSearch.fork(
            ForkPoint(point), as: name,
            recipe: {
                var recipe = $0
                try change(&recipe)
                return recipe
            }, in: scratch.root, execution: Execution(threads: 1), observer: observer
        ).run()
    }

    /// Everything recorded before a round, as text.
    private func past(_ name: String, _ scratch: Scratch, round: Int, step: Int) throws -> [String] {
        let store = try scratch.store(name)
        var lines = try store.rounds().filter { $0.round < round }.map(\.json)
        for r in 0..<round { lines += try store.scores(r).map { "\(r) \($0.child) \($0.json)" } }
        lines += try store.metrics("train.loss").filter { $0.step < step }.map { "\($0.step) \($0.value.bitPattern)" }
        for manifest in try store.manifests() where manifest.isRoundEnd && manifest.round <= round {
            lines += ["\(manifest.seq) \(manifest.round)"] + manifest.blobs.map { "\($0.name) \($0.sha256)" }
        }
        return lines
    }

    @Test(arguments: [1, 2])
    func aForkWithTheSameRecipeEndsWithTheSameDigest(_ round: Int) async throws {
        let scratch = try Scratch()
        let whole = try await scratch.search(Micro.recipe())
        let record = try await fork("micro@\(round)", as: "fork", in: scratch)
        let step = try #require(
            try scratch.store("micro").manifests().first { $0.isRoundEnd && $0.round == round }?.step)
        #expect(
            try past("fork", scratch, round: round, step: step) == past("micro", scratch, round: round, step: step))
        #expect(record.digest == whole.digest && record.rounds == whole.rounds && record.macs == whole.macs)
        #expect(try scratch.store("fork").verify(full: true).errors == [])
        // Children dropped before the fork keep their weights in it.
        let dropped = try #require(whole.rounds[0].dropped.first?.child)
        let left = try StoredChild.read(dropped, of: "micro", scratch.store("micro")).tensors()
        let right = try StoredChild.read(dropped, of: "fork", scratch.store("fork")).tensors()
        #expect(left.map(\.bytes) == right.map(\.bytes) && !left.isEmpty)
    }

    @Test func anotherFutureHasTheSamePast() async throws {
        let scratch = try Scratch()
        let whole = try await scratch.search(Micro.recipe())
        let record = try await fork("micro@1", as: "keep", in: scratch) {
            $0.policy = .keepAll
            $0.rounds[1].at = .fraction(0.8)
        }
        #expect(record.rounds[0] == whole.rounds[0] && record.rounds.count == 3)
        #expect(record.rounds[1].survivors.count == 32 && record.digest != whole.digest)
        // Killed and gone on with, it is the same fork.
        let crash = await failure {
            try await fork("micro@1", as: "again", in: scratch, observer: Watcher(.crashAtCall(30))) {
                $0.policy = .keepAll
                $0.rounds[1].at = .fraction(0.8)
            }
        }
        #expect(crash is Crash)
        #expect(try await scratch.resume("again").digest == record.digest)
        // It lives without its origin.
        try FileManager.default.removeItem(atPath: scratch.root + "/micro")
        #expect(try scratch.store("keep").verify(full: true).errors == [])
    }

    @Test func aForkOfAForkAndOfARunAtWork() async throws {
        let scratch = try Scratch()
        let whole = try await digest(Micro.recipe())
        _ = await failure { try await scratch.search(Micro.recipe(), observer: Watcher(.stopAfterStep(110))) }
        #expect(try await fork("micro@1", as: "first", in: scratch).digest == whole)
        #expect(try await fork("first@2", as: "second", in: scratch).digest == whole)
    }

    @Test func whatCannotBeForkedIsRefused() async throws {
        let scratch = try Scratch()
        try await scratch.search(Micro.recipe())
        func refusal(
            _ point: String, as name: String = "fork", _ change: @escaping (inout Recipe) throws -> Void = { _ in }
        )
            async -> String
        {
            let error = await failure { try await fork(point, as: name, in: scratch, change) }
            return (error as? any Complaint).map { "\($0.exitCode.rawValue) \($0.message)" } ?? "no error"
        }
        for text in ["micro", "micro@", "micro@0", "micro@+1", "micro@01", "@1", "micro@1@1", "micro@x"] {
            #expect(await refusal(text) == "2 --fork: expected RUN@ROUND, found \(text)")
        }
        #expect(
            await refusal("micro@3")
                == "2 micro: nothing can be forked at round 3, 2 rounds have been decided and gone on from")
        #expect(await refusal("other@1").hasPrefix("2 cannot open run"))
        #expect(await refusal("micro@1", as: "micro").hasPrefix("2 cannot create run"))
        #expect(
            await refusal("micro@2") { $0.train.batch = 4 }
                == "3 train.batch: the first 2 rounds of micro were made with another value")
        #expect(
            await refusal("micro@1") { $0.space.parameters["channels"] = 8 }
                == "3 space: the first round of micro was made with another value")
        #expect(await refusal("micro@1") { $0.data.holdOut = .init(rank: 8, pick: 4) }.hasPrefix("3 data: "))
        #expect(!FileManager.default.fileExists(atPath: scratch.root + "/fork"))
    }
}
