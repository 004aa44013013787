import Checkpoints
import Foundation
import Foundations
import Policies
import Searches
import Testing

/// The guard against crash loops.
@Suite struct GuardTests {
    private struct Broken: Error {}

    /// Resumes with a policy that always fails; how each session ended.
    private func fail(_ scratch: Scratch, times: Int) async -> [Int32] {
        let spy = Spy { _ in throw Broken() }
        var endings: [Int32] = []
        for _ in 0..<times {
            endings.append(
                await PolicyCatalogue.$current.withValue(spy.catalogue) { await status { try await scratch.resume() } })
        }
        return endings
    }

    @Test func aPolicyThatFailsThreeTimesIsNotAskedAgainUnlessOneSaysSo() async throws {
        let spy = Spy()
        let whole = try await PolicyCatalogue.$current.withValue(spy.catalogue) {
            try await digest(Micro.recipe("policy=spy"))
        }
        let scratch = try Scratch()
        let recipe = try PolicyCatalogue.$current.withValue(spy.catalogue) { try Micro.recipe("policy=spy") }
        let broken = Spy { _ in throw Broken() }
        #expect(
            await PolicyCatalogue.$current.withValue(broken.catalogue) {
                await status { try await scratch.search(recipe) }
            } == 8)
        let sequence = try scratch.store().head.seq
        #expect(await fail(scratch, times: 2) == [8, 8])
        // Sessions that come no further leave no checkpoints behind.
        #expect(try scratch.store().head.seq == sequence)
        let error = await PolicyCatalogue.$current.withValue(spy.catalogue) {
            await failure { try await scratch.resume() }
        }
        let loop = try #require(error as? SearchError)
        #expect(
            loop.exitCode == .policy
                && loop.message.hasPrefix("micro: 3 sessions have failed at the same point (policy): "))
        #expect(loop.hint.hasSuffix("espalier resume micro --retry --checkpoints \(scratch.root)"))
        #expect(spy.seen.withLock { $0.count } == 2, "only the whole run has asked")
        let record = try await PolicyCatalogue.$current.withValue(spy.catalogue) {
            try await scratch.resume(wishes: ResumeWishes(retry: true))
        }
        #expect(record.digest == whole)
        #expect(try scratch.store().attempts().isEmpty)
    }

    @Test func marksOfFatalSignalsCountOnceEach() async throws {
        let scratch = try Scratch()
        let recipe = try Micro.recipe("checkpoint.every-batches=10")
        let whole = try await digest(recipe)
        _ = await failure { try await scratch.search(recipe, observer: Watcher(.crashAfterStep(12))) }
        let sequence = try scratch.store().head.seq
        let mark = "\(scratch.root)/micro/run.crash"
        func crash(_ text: String) throws { try Data(text.utf8).write(to: URL(filePath: mark)) }
        // The same number of a process twice, as in a container.
        for seconds in 1...2 {
            try crash("train \(sequence) pid=2 signal=11 at=\(seconds)000000000\n")
            let watcher = Watcher(.crashAfterStep(13))
            _ = await failure { try await scratch.resume(observer: watcher) }
            #expect(
                watcher.notes.first
                    == "the last session ended by SIGSEGV in process 2, 1970-01-01T00:00:0\(seconds).000Z, at work on: train"
            )
            #expect(!FileManager.default.fileExists(atPath: mark))
        }
        // The same mark again, as after a kill between counting and removing it, and marks nobody can read.
        for text in [
            "train \(sequence) pid=2 signal=11 at=2000000000\n", "", "train -1 pid=1 signal=11 at=1", "\u{0} \u{7}",
        ] {
            try crash(text)
            _ = await failure { try await scratch.resume(observer: Watcher(.crashAfterStep(13))) }
            #expect(try scratch.store().attempts().map(\.count) == [2])
        }
        try crash("train \(sequence) pid=2 signal=4 at=2000000000\n")
        let error = await failure { try await scratch.resume() }
        let loop = try #require(error as? any Complaint, "\(error.map { "\($0)" } ?? "no error")")
        #expect(
            loop.exitCode == .internal
                && loop.message.hasSuffix("(train): SIGILL in process 2, 1970-01-01T00:00:02.000Z"), "\(loop)")
        #expect(try await scratch.resume(wishes: ResumeWishes(retry: true)).digest == whole)
    }

    /// Elsewhere is not the same point: a run that gets further between crashes goes on.
    @Test func crashesAtDifferentPointsAreNoLoop() async throws {
        let scratch = try Scratch()
        let recipe = try Micro.recipe("checkpoint.every-batches=5")
        _ = await failure { try await scratch.search(recipe, observer: Watcher(.crashAfterStep(8))) }
        for step in stride(from: 16, to: 80, by: 8) {
            let text = "train \(try scratch.store().head.seq) pid=7 signal=11 at=\(step)\n"
            try Data(text.utf8).write(to: URL(filePath: "\(scratch.root)/micro/run.crash"))
            let error = await failure { try await scratch.resume(observer: Watcher(.crashAfterStep(step))) }
            #expect(error is Crash, "step \(step): \(error.map { "\($0)" } ?? "ended")")
        }
        let ending = try await scratch.resume()
        #expect(ending.digest == (try await digest(recipe)))
    }

    /// The program itself: signals that are faults count, SIGKILL never does.
    @Test func theProgramLeavesMarks() async throws {
        let scratch = try Scratch()
        let program = try Program(scratch)
        let recipe = try scratch.write(Micro.text, to: "micro.yaml")
        let settings = ["--set", "train.budget.images=1000000", "--set", "checkpoint.every-batches=1000000"]
        let search = ["search", "--recipe", recipe, "--run", "micro", "--threads", "1"] + settings
        var ending = try await program.run(search, signal: (SIGSEGV, 0.6))
        #expect(ending.signal == SIGSEGV)
        for _ in 0..<4 {
            ending = try await program.run(["resume", "micro", "--threads", "1"], signal: (SIGKILL, 0.6))
            #expect(ending.signal == SIGKILL)
        }
        for number in [SIGABRT, SIGBUS] {
            ending = try await program.run(["resume", "micro", "--threads", "1"], signal: (number, 0.6))
            #expect(ending.signal == number)
        }
        ending = try await program.run(["resume", "micro", "--threads", "1"])
        #expect(ending.status == 1)
        #expect(ending.error.contains("micro: 3 sessions have failed at the same point (train): SIGBUS in process "))
        #expect(ending.error.contains("hint: mend the cause, then: espalier resume micro --retry --checkpoints "))
        ending = try await program.run(["resume", "micro", "--threads", "1", "--retry"], signal: (SIGTERM, 0.6))
        #expect(ending.status == 143)
    }
}
