import Checkpoints
import Foundation
import Foundations
import Glibc
import Searches
import Testing

/// The built program, killed and stopped at random moments.
@Suite(.serialized) struct KillTests {
    /// Long enough to be hit: four times the micro run.
    private static let settings = ["--set", "train.budget.images=6000", "--set", "checkpoint.every-batches=20"]

    private struct Baseline {
        let scratch: Scratch
        let program: Program
        let search: [String]
        /// The digest of the run that nobody interrupts, and how long it took.
        let digest: String?
        let seconds: Double
    }

    private func prepare() async throws -> Baseline {
        let scratch = try Scratch(onDisk: true)
        let program = try Program(scratch)
        let recipe = try scratch.write(Micro.text, to: "micro.yaml")
        let search = ["search", "--recipe", recipe, "--threads", "1"] + Self.settings
        let ending = try await program.run(search + ["--run", "whole"])
        try #require(ending.status == 0, "\(ending.error)")
        return Baseline(
            scratch: scratch, program: program, search: search, digest: try await program.digest("whole"),
            seconds: ending.seconds)
    }

    private func head(_ scratch: Scratch, _ run: String) throws -> Head? {
        let folder = try RunFolder(root: "\(scratch.root)/runs", name: run)
        guard folder.exists else { return nil }
        return try CheckpointStore.open(folder, for: .reading).head
    }

    @Test func aKilledRunEndsAsIfNothingHadHappened() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        let base = try await prepare()
        var stream = RandomStream(seed: seed, purpose: .test)
        // The time in which kills fall follows the machine, which others load and leave.
        var (span, kills, early, runs) = (base.seconds / 2, 0, 0, 0)
        while kills < 20 {
            runs += 1
            let run = "killed-\(runs)"
            var sequence = -1
            var isDone = false
            while !isDone {
                let threads = ["--threads", "\(1 + stream.below(3))"]
                let exists = try head(base.scratch, run) != nil
                let arguments = exists ? ["resume", run] + threads : base.search + ["--run", run]
                let ending = try await base.program.run(arguments, signal: (SIGKILL, stream.unitDouble() * span))
                try #require(
                    ending.signal == SIGKILL || ending.status == 0, "seed \(seed), \(run): \(ending.error)")
                isDone = ending.status == 0
                if isDone { early += 1 } else { kills += 1 }
                span *= isDone ? 0.7 : 1.1
                let now = try head(base.scratch, run)?.seq ?? -1
                #expect(now >= sequence, "seed \(seed): \(run) went back from \(sequence) to \(now)")
                sequence = now
            }
            #expect(try await base.program.digest(run) == base.digest, "seed \(seed): \(run)")
        }
        print("kill -9: seed \(seed), \(kills) kills in \(runs) runs, \(early) ended before their kill")
        #expect(early <= kills, "too few runs were hit: \(early) of \(kills + early) ended first")
    }

    @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
    func aStoppedRunGoesOnToTheSameEnd(_ number: Int32) async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        let base = try await prepare()
        var stream = RandomStream(seed: seed, purpose: .test)
        var (span, stopped, attempt) = (base.seconds, 0, 0)
        while stopped < 3 && attempt < 30 {
            attempt += 1
            let run = "stopped-\(attempt)"
            let after = span * (0.2 + 0.8 * stream.unitDouble())
            let ending = try await base.program.run(base.search + ["--run", run], signal: (number, after))
            // The first moments of a process know no handler yet.
            guard ending.signal == nil else {
                #expect(ending.signal == number)
                span *= 1.2
                continue
            }
            guard ending.status != 0 else {
                span *= 0.8
                continue
            }
            stopped += 1
            #expect(ending.status == 128 + number, "seed \(seed): \(ending.error)")
            #expect(ending.error.contains("espalier resume \(run)"))
            let resumed = try await base.program.run(["resume", run, "--threads", "2"])
            #expect(resumed.status == 0, "seed \(seed): \(resumed.error)")
            #expect(try await base.program.digest(run) == base.digest, "seed \(seed): \(run)")
        }
        #expect(stopped > 0, "seed \(seed): no run was hit")
    }

    @Test func printingJSONChangesNothing() async throws {
        let base = try await prepare()
        let ending = try await base.program.run(base.search + ["--run", "json", "--json"])
        #expect(ending.status == 0)
        let document = try JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any]
        #expect(document?["digest"] as? String == base.digest)
    }

    @Test func aTakenNameShowsHowToGoOn() async throws {
        let base = try await prepare()
        let ending = try await base.program.run(base.search + ["--run", "whole"])
        #expect(ending.status == 2)
        #expect(ending.error.contains("espalier resume whole"))
        #expect(try await base.program.digest("whole") == base.digest)
    }
}
