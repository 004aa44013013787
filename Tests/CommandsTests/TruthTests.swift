import Architectures
import Commands
import Foundation
import Rankings
import Searches
import Testing

/// `espalier truth` from outside.
extension CommandLineTests {
    private static let truth = "truth --recipe micro.yaml --children 111,222,434 --seeds 0..1"

    private func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }

    @Test func aTruthIsATableThatMetricsReads() throws {
        let scratch = try Scratch()
        try scratch.recipe()
        let made = try Program.run(words(Self.truth + " --out truth.csv"), in: scratch)
        try #require(made.status == 0, "\(made.errors)")
        #expect(made.errors.hasPrefix("micro: 3 children x 2 seeds: 6 runs of 80 steps each, 0 done\n"))
        #expect(made.errors.contains("micro: 6 of 6, child 434 seed 1: accuracy 0."))
        #expect(made.output.contains("micro: 6 of 6 runs; accuracy on 32 test images, calibrated statistics\n"))
        #expect(made.output.contains("noise ceiling of one run of each child (seeds 0, 1): S-Tau "))
        let csv = try String(contentsOfFile: scratch.folder + "/truth.csv", encoding: .utf8)
        let header = "label,gt_mean,gt_std,gt_runs,loss_mean,params,macs,split,bn,seed_0,seed_1\n"
        #expect(csv.hasPrefix(header) && csv.contains(",test,calibrated,"))
        let table = try TruthTable(csv: csv, path: "truth.csv")
        #expect(table.labels == ["111", "222", "434"] && table.runs == [2, 2, 2])
        try scratch.write("111,222,434\n1,2,3\n", to: "scores.csv")
        #expect(try Program.run(words("metrics --scores scores.csv --truth truth.csv"), in: scratch).status == 0)
        // Each run is a run like any other, and its child can be scored anew.
        let place = "--checkpoints checkpoints/micro.truth"
        #expect(try Program.run(words("checkpoint verify 434.s1 --full " + place), in: scratch).status == 0)
        let running = words("truth --recipe micro.yaml --children 434 --seeds 1 --bn running --name other --json")
        let other = try Program.run(running, in: scratch)
        let again = try Program.run(words("evaluate 434.s1 434 --bn running --json " + place), in: scratch)
        let accuracy = try #require(again.output.firstMatch(of: /"accuracy":([0-9.]+),/)).1
        #expect(other.output.contains("\"accuracies\":[\(accuracy)]"), "\(other.output) \(again.output)")
    }

    /// A table may know more children than a run begins with: who may be the best is asked of the run's own.
    @Test func theBestIsOneOfTheRunsOwnChildren() throws {
        let scratch = try Scratch()
        try scratch.recipe()
        try scratch.write(
            "label,gt_mean,gt_std,gt_runs\n111,50,1,3\n112,51,1,3\n113,40,1,3\n434,90,1,3\n", to: "table.csv")
        let space = "space={use: deeper-insights, cells: 1, only: [111, 112, 113]}"
        let made = try Program.run(
            ["search", "--recipe", "micro.yaml", "--run", "three", "--set", space], in: scratch)
        try #require(made.status == 0, "\(made.errors)")
        let written = try Program.run(
            words("report three --truth table.csv --out three.json --out three.md"), in: scratch)
        let json = try scratch.read("three.json")
        let document = try #require(JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        let audit = try #require(document["audit"] as? [String: Any])
        #expect((audit["likelyBest"] as? [String])?.sorted() == ["111", "112"], "\(written.errors)")
        let page = try scratch.read("three.md")
        #expect(page.contains("of 3 at the start") && page.contains("From 3 to 2") && !page.contains("never scored"))
        // Where all stay there is no step to be seen, and that is said.
        let kept = ["search", "--recipe", "micro.yaml", "--run", "all", "--set", space, "--policy", "keep-all"]
        #expect(try Program.run(kept, in: scratch).status == 0)
        let told = try Program.run(words("report all --truth table.csv"), in: scratch).output
        #expect(told.contains("All 3, of which the final ranking chose one. Nobody was dropped."), "\(told)")
    }

    @Test func aTruthIsADocument() throws {
        let scratch = try Scratch()
        try scratch.recipe()
        let result = try Program.run(words(Self.truth + " --json"), in: scratch)
        let document = try #require(
            JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        #expect(document["schema"] as? String == "espalier.truth/1")
        let children = try #require(document["children"] as? [[String: Any]])
        #expect(children.compactMap { $0["label"] as? String } == ["111", "222", "434"])
        for key in ["mean", "std", "runs", "rank"] { #expect(children.allSatisfy { $0[key] != nil }, "\(key)") }
        let ceiling = try #require(document["ceiling"] as? [String: Any])
        #expect(ceiling["sTau"] != nil && ceiling["gtTau"] != nil)
        // One seed has no ceiling: null, not left out.
        let one = try Program.run(words(Self.truth.replacing("0..1", with: "0") + " --json --collect"), in: scratch)
        #expect(one.output.contains("\"gtTau\":null") && one.output.contains("\"sTau\":null"))
    }

    /// Killed and interrupted at several places, it ends with the table of one that was left alone.
    @Test func aKilledTruthGoesOnToTheSameTable() throws {
        let (whole, cut) = (try Scratch(), try Scratch())
        for scratch in [whole, cut] { try scratch.recipe(extra: "checkpoint: {every-batches: 5}") }
        let line = words(Self.truth + " --set train.budget.steps=250 --out truth.csv --verbose")
        #expect(try Program.run(line, in: whole).status == 0)
        var statuses: [Int32] = []
        for (signal, mark) in [(SIGKILL, "batch 90\n"), (SIGTERM, "2 of 6"), (SIGKILL, "3 of 6"), (SIGINT, "batch 9")] {
            let errors = try cut.stream("stderr")
            let process = try Program.start(line, in: cut.folder, output: cut.stream("stdout"), errors: errors)
            while process.isRunning, try !cut.text("stderr").contains(mark) { usleep(1000) }
            kill(process.processIdentifier, signal)
            process.waitUntilExit()
            statuses.append(process.terminationStatus)
            if signal != SIGKILL {
                #expect(try cut.text("stderr").hasSuffix("hint: the same command goes on where it stopped\n"))
            }
        }
        #expect(statuses == [SIGKILL, 143, SIGKILL, 130])
        // What there was at the last stop is written too.
        #expect(try String(contentsOfFile: cut.folder + "/truth.csv", encoding: .utf8).hasPrefix("label,gt_mean"))
        #expect(try Program.run(line, in: cut).status == 0)
        let tables = try [whole, cut].map { try String(contentsOfFile: $0.folder + "/truth.csv", encoding: .utf8) }
        #expect(tables[0] == tables[1] && tables[0].split(separator: "\n").count == 4)
    }

    @Test func partsMadeSideBySideAreTheWhole() throws {
        let (whole, parts) = (try Scratch(), try Scratch())
        for scratch in [whole, parts] { try scratch.recipe() }
        let line = Self.truth + " --out truth.csv"
        #expect(try Program.run(words(line), in: whole).status == 0)
        let script = ["1/2", "2/2"].map { "espalier \(line) --shard \($0) --threads 1" }.joined(separator: " & ")
        let made = try Program.run(
            ["-euc", script + " & wait; espalier \(line) --collect"], program: "/bin/bash", in: parts)
        #expect(made.status == 0, "\(made.errors)")
        let tables = try [whole, parts].map { try String(contentsOfFile: $0.folder + "/truth.csv", encoding: .utf8) }
        #expect(tables[0] == tables[1])
    }

    @Test func whatATruthCannotDo() throws {
        let scratch = try Scratch()
        try scratch.recipe()
        try scratch.write("label,gt_mean\n111,0.7\n999,0.8\n", to: "foreign.csv")
        let made = try Program.run(words("truth --recipe micro.yaml --children 111 --seeds 0"), in: scratch)
        #expect(made.status == 0)
        var transcript = Transcript(scratch)
        for line in [
            "--children 435", "--children 111,222,111", "--children 111,", "--children spread:0",
            "--children spread:65",
            "--children spread:2 --spread-by foreign.csv", "--children 111 --spread-by foreign.csv", "--seeds 2..1",
            "--seeds 1,1", "--seeds x", "--shard 3/2", "--shard slurm", "--on rank", "--bn none", "--name ../x",
            "--set train.batch=8", "--set score.bn=running", "--set seed=3", "--set policy=random",
            "--recipe cifar10-smoke --seeds 0", "--recipe nowhere",
        ] {
            let own = line.contains("--recipe") ? "" : "--recipe micro.yaml "
            let children = line.contains("--children") ? "" : "--children 111 "
            try transcript.add("truth " + own + children + line)
        }
        try expectGolden(transcript.text, "truth-errors")
        // Nothing was made for any of these.
        let found = try FileManager.default.contentsOfDirectory(atPath: scratch.folder + "/checkpoints").sorted()
        #expect(found == ["micro.truth"])
    }

    @Test func childrenAreSpreadFromOneEndToTheOther() throws {
        #expect(ChildChoice.places(8, of: 64) == [0, 9, 18, 27, 36, 45, 54, 63])
        #expect(ChildChoice.places(3, of: 4) == [0, 2, 3] && ChildChoice.places(1, of: 5) == [2])
        for n in 1...40 {
            for count in 1...n {
                let places = ChildChoice.places(count, of: n)
                #expect(Set(places).count == count && places == places.sorted() && places.allSatisfy { 0..<n ~= $0 })
                #expect(count == 1 || places.first == 0 && places.last == n - 1)
            }
        }
        let space = Recipe.SpaceChoice(use: "deeper-insights", parameters: ["cells": 1])
        let table = try TruthTable(labels: ["434", "111", "222", "333", "444"], means: [5, 1, 2, 4, 3])
        #expect(try ChildChoice("spread:3").labels(of: space, by: table) == ["111", "434", "444"])
        // By parameters 333, with three 5x5 convolutions, is the largest, and 111, without any, the smallest.
        #expect(try ChildChoice("spread:2").labels(of: space, by: nil) == ["111", "333"])
        #expect(try ChildChoice("all").labels(of: space, by: nil).count == 64)
        let some = Recipe.SpaceChoice(use: "deeper-insights", parameters: [:], only: ["434", "111"])
        #expect(try ChildChoice("all").labels(of: some, by: nil) == ["111", "434"])
        #expect(try ChildChoice("434,111").labels(of: space, by: nil) == ["111", "434"])
    }
}
