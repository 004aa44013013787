import Foundation
import Testing

/// Comparisons from the command line.
extension CommandLineTests {
    private static let line = "compare --name trial --arms micro.yaml --seeds 0..1 --threads 1 --truth truth.csv"

    /// A recipe of less than a second whose steps are small enough for equal cost, and a truth.
    private func prepare() throws -> Scratch {
        let scratch = try Scratch()
        try scratch.write(
            """
            schema: espalier.recipe/1
            space: {use: deeper-insights, cells: 1, channels: 4}
            data:
              set: synthetic
              hold-out: {rank: 4, pick: 4}
              synthetic: {side: 8, distance: 4, jitter: 0, train: 48, test: 8}
            train:
              batch: 4
              budget: {images: 3000}
            score: {window: 1}
            rounds: [{at: 0.5}]
            policy: {use: keep-fraction, keep: 0.5}
            checkpoint: {every-batches: 20, every-seconds: 1.0e6, keep: 3}
            """, to: "micro.yaml")
        let rows = (0..<64).map { place in
            "\(place / 16 + 1)\(place / 4 % 4 + 1)\(place % 4 + 1),\(0.5 + Double(place * 37 % 64) / 200),0.002,3\n"
        }
        try scratch.write("label,gt_mean,gt_std,gt_runs\n" + rows.joined(), to: "truth.csv")
        return scratch
    }

    private func run(_ line: String, _ scratch: Scratch, _ environment: [String: String] = [:]) throws -> Program.Result
    {
        try Program.run(line.split(separator: " ").map(String.init), in: scratch, environment: environment)
    }

    private func json(_ line: String, _ scratch: Scratch) throws -> NSDictionary {
        let result = try run(line + " --json", scratch)
        try #require(result.status == 0, "\(line): \(result.errors)")
        let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        return NSDictionary(dictionary: try #require(object))
    }

    @Test func aComparisonReadsVerdictFirst() throws {
        let scratch = try prepare()
        let result = try run(Self.line, scratch)
        #expect(result.status == 0)
        // Seconds are the machine's.
        let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let text = lines.map { $0.replacing(#/(\d+\.\d) +\d+ /#) { "\($0.1)  S " } }.joined(separator: "\n")
        try expectGolden(text, "compare")
        let plan = try run(Self.line + " --plan", scratch).output
        #expect(plan.hasSuffix("6 of 6 runs are done; time and disk are those of the rest\n"))
    }

    /// A truth has to name the children a run begins with, not all of their space.
    @Test func aTruthOfTheNamedChildrenIsEnough() throws {
        let scratch = try prepare()
        try scratch.write(
            try scratch.read("micro.yaml").replacing("channels: 4}", with: "channels: 4, only: [434, 444, 112, 323]}"),
            to: "few.yaml")
        let line = "compare --name few --arms few.yaml --seeds 0 --threads 1 --truth few.csv"
        try scratch.write("label,gt_mean\n112,0.5\n434,0.8\n444,0.7\n", to: "few.csv")
        let refused = try run(line, scratch)
        #expect(refused.status == 2 && refused.errors.contains("children without a truth: \"323\""))
        try scratch.write("label,gt_mean\n112,0.5\n434,0.8\n444,0.7\n323,0.6\n", to: "few.csv")
        let arms = try #require(try json(line, scratch)["arms"] as? [[String: Any]])
        for arm in arms {
            let outcome = try #require((arm["seeds"] as? [[String: Any]])?.first)
            #expect(outcome["truthRank"] is Double && outcome["regret"] is Double)
        }
        #expect(try run("report few --truth few.csv", scratch).status == 0)
    }

    /// The others are made, the answer and the page say why pairs are missing, and the status tells.
    @Test func aRunThatDivergesLeavesTheOthers() throws {
        let scratch = try prepare()
        let words =
            Self.line.split(separator: " ").map(String.init)
            + ["--vary", "bad:train.optimizer={lr: 1000, weight-decay: 1000}"]
        let text = try Program.run(words, in: scratch)
        #expect(text.status == 10)
        #expect(text.output.hasPrefix("No verdict: 0 of 2 pairs are finished."), "\(text.output)")
        #expect(text.output.contains("\nnote: Run trial.bad.s1: This run has diverged and has not ended: "))
        #expect(text.errors.contains(#/trial\.bad\.s0: .* is not finite .*; left unfinished\n/#), "\(text.errors)")
        #expect(text.errors.contains("\nerror: 2 runs have diverged; the first: trial.bad.s0: "))
        #expect(
            text.errors.hasSuffix(
                "\nhint: their pairs stay unfinished; lower train.optimizer.lr under another --name\n"))
        let answer = try Program.run(words + ["--json"], in: scratch)
        #expect(answer.status == 10)
        let document = try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any]
        let stamps = try #require(document?["stamps"] as? [String])
        #expect(stamps.contains("2 of 4 runs have not ended."))
        let page = try run("report trial --truth truth.csv", scratch)
        #expect(page.status == 0 && page.output.contains("This run has diverged and has not ended"))
        #expect(try run("show trial.micro.s1", scratch).output.contains("best"))
    }

    /// Arms whose trunk has diverged are missing, and that is told too.
    @Test func aTrunkThatDivergesIsTold() throws {
        let scratch = try prepare()
        let words =
            Self.line.split(separator: " ").map(String.init)
            + ["--trunk", "0.3", "--set", "train.optimizer={lr: 1000, weight-decay: 1000}"]
        let result = try Program.run(words, in: scratch)
        #expect(result.status == 10)
        #expect(result.output.contains("\nnote: 6 of 6 runs are not there yet.\n"), "\(result.output)")
        #expect(result.output.contains("\nnote: Run trial.trunk.s1: This run has diverged and has not ended: "))
    }

    @Test func picksWhoseTrainingDivergesAreTold() throws {
        let scratch = try prepare()
        try scratch.write(
            try scratch.read("micro.yaml").replacing(
                "{images: 3000}", with: "{images: 200}\n  optimizer: {lr: 1000, weight-decay: 1000}"), to: "wild.yaml")
        let line = "compare --name trial --arms micro.yaml,uniform --seeds 0 --threads 1 --retrain-picks wild.yaml"
        let result = try run(line, scratch)
        #expect(result.status == 10)
        #expect(result.output.contains("\nnote: 2 of 2 picks have not been trained anew.\n"), "\(result.output)")
        #expect(result.errors.hasSuffix("lower the rate of the recipe of --retrain-picks\n"), "\(result.errors)")
    }

    @Test func progressCountsAllRuns() throws {
        let scratch = try prepare()
        let first = try run(Self.line, scratch).errors
        #expect(first.contains(#/trial\.micro\.s0: 0 % .*; run 1 of 6\n/#), "\(first)")
        #expect(!first.contains(#/run 1 of 6, .* left in all/#))
        #expect(first.contains(#/trial\.uniform-star\.s1: .*; run 6 of 6, [0-9]+ s left in all\n/#))
        // Those that are done already count.
        let second = try run(Self.line.replacing("0..1", with: "0..2"), scratch).errors
        #expect(second.contains(#/trial\.micro\.s2: 0 % .*; run 7 of 9\n/#), "\(second)")
        #expect(!second.contains("run 6 of 9"))
        // A search alone is one of none.
        #expect(try !run("search --recipe micro.yaml --run alone", scratch).errors.contains("; run "))
    }

    /// A later call adds pairs: what a test can show rests on all of them, time and disk on what is left.
    @Test func aPlanCountsTheSeedsOfEarlierCalls() throws {
        let scratch = try prepare()
        #expect(try run(Self.line, scratch).status == 0)
        let line = Self.line.replacing("0..1", with: "2..9") + " --plan"
        let plan = try json(line, scratch)
        #expect(plan["pairs"] as? Int == 10 && plan["contrasts"] as? Int == 2)
        #expect(plan["attainableP"] as? Double == 1 / 512.0)
        let arms = try #require(plan["arms"] as? [[String: Any]])
        #expect(arms.allSatisfy { $0["runs"] as? Int == 8 && $0["done"] as? Int == 0 })
        let text = try run(line, scratch).output
        #expect(text.hasPrefix("comparison trial: 3 arms, 8 pairs of runs each (10 with those of earlier calls), "))
        #expect(text.contains("\nthe smallest p that 10 pairs can have is 0.00195; "))
        #expect(
            text.contains(
                "\np of the further contrast and of further measures is adjusted by Holm, that of the first contrast is not\n"
            ))
    }

    /// However they came under one name: no difference is told, and the reader hears why.
    @Test func runsOfDifferentImagesAreNotJudged() throws {
        let scratch = try prepare()
        for (name, seed, noise) in [("one", 0, 40), ("two", 1, 20)] {
            let line = "compare --name \(name) --arms micro.yaml,uniform --seeds \(seed) --threads 1"
            #expect(try run("\(line) --set data.synthetic.noise=\(noise)", scratch).status == 0)
        }
        let arms = ["micro", "uniform"].map { arm in
            let runs = [("one", 0), ("two", 1)].map { #"{"seed":\#($1),"run":"\#($0).\#(arm).s\#($1)"}"# }
            return #"{"name":"\#(arm)","runs":[\#(runs.joined(separator: ","))]}"#
        }
        try scratch.write(
            #"{"schema":"espalier.comparison/1","name":"both","arms":[\#(arms.joined(separator: ","))]}"#,
            to: "checkpoints/both.comparison.json")
        let report = try run("report both --truth truth.csv --out both.json", scratch)
        #expect(report.status == 0, "\(report.errors)")
        let document = try JSONSerialization.jsonObject(with: Data(scratch.read("both.json").utf8)) as? [String: Any]
        let verdict = try #require(document?["verdict"] as? [String: Any])
        #expect(verdict["conclusion"] as? String == "refused" && verdict["effect"] is NSNull)
        #expect(
            verdict["reason"] as? String
                == "unequal images: two.micro.s1 has seen other images than one.micro.s0")
        #expect(
            (document?["stamps"] as? [String])?.contains(
                "Run two.micro.s1 has seen other images than one.micro.s0: this is no comparison on the same images.")
                == true)
        let page = try run("report both --truth truth.csv", scratch)
        #expect(page.status == 0 && page.output.contains("Refused: unequal images"))
    }

    @Test func aBudgetBeyondAllNumbersIsRefused() throws {
        let scratch = try prepare()
        let result = try run("compare --arms micro.yaml --set train.budget.images=1000000000000000", scratch)
        #expect(result.status == 3 && result.output.isEmpty)
        #expect(result.errors.hasPrefix("error: train.budget: 1000000000000000 images are "), "\(result.errors)")
    }

    @Test func aPlanTellsWhatItCostsAndCanShow() throws {
        let scratch = try prepare()
        let plan = try json("\(Self.line) --plan --controls", scratch)
        for key in [
            "arms", "impossible", "attainableP", "detectableEffect", "seconds", "bytes", "macsPerSecond", "notes",
        ] {
            #expect(plan[key] != nil || key == "detectableEffect", "\(key)")
        }
        #expect(plan["attainableP"] as? Double == 0.5 && plan["stage"] as? String == "development")
        #expect((plan["arms"] as? [Any])?.count == 8)
        // What cannot go on from a trunk is told, and does not keep the others from being planned.
        let forked = try json("\(Self.line) --plan --controls --trunk 0.3", scratch)
        let impossible = try #require(forked["impossible"] as? [[String: Any]])
        let alone = try #require(impossible.first { $0["name"] as? String == "alone" })
        #expect((alone["why"] as? String)?.hasPrefix("with --trunk, it decides at 0.14") == true)
        let arms = try #require(forked["arms"] as? [[String: Any]])
        #expect(arms.count == 7)
        // The trunk keeps everyone, and its cost is counted once a seed.
        #expect(arms[0]["survivors"] as? [Int] == [32])
        let trunk = try #require(forked["trunkSeconds"] as? Double)
        let parts = arms.compactMap { $0["seconds"] as? Double }
        let (total, first) = (try #require(forked["seconds"] as? Double), try #require(parts.first))
        #expect(trunk > 0 && abs(trunk + parts.reduce(0, +) - total) < 1e-6 * total)
        let stores = try #require(forked["trunkBytes"] as? Double)
        let room = arms.compactMap { $0["bytes"] as? Double }.reduce(stores, +)
        #expect(stores > 0 && abs(room - (forked["bytes"] as? Double ?? 0)) < 1e-6 * room)
        #expect(abs(trunk / first - 0.3 / 0.7) < 1e-6, "\(trunk) \(first)")
        #expect(plan["trunkSeconds"] as? Double == 0 && plan["retrainingSeconds"] as? Double == 0)
        // Scoring that eats the budget is told, of the arms that have runs.
        #expect((plan["notes"] as? [String])?.contains { $0.hasPrefix("scoring takes more than 15 %") } == false)
        let dear = try json("\(Self.line) --plan --set data.hold-out.rank=12 --set score.window=3", scratch)
        let told = try #require((dear["notes"] as? [String])?.first { $0.hasPrefix("scoring takes more than 15 %") })
        #expect(told.contains(#/micro \(\d\d %\), uniform \(\d\d %\)/#), "\(told)")
        let text = try run("compare --name trial --arms micro.yaml --seeds 1000..1009 --plan", scratch)
        #expect(text.status == 0)
        let masked = text.output.replacing(#/ +[0-9.]+ (s|min|h|MB|G charged)\b/#) { " T \($0.1)" }
            .replacing(/with \d+ threads?/, with: "with N threads")
        try expectGolden(masked, "compare-plan")
        // Nothing was run.
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: scratch.folder).sorted() == ["micro.yaml", "truth.csv"])
    }

    @Test func mergedShardsAnswerAsTheWhole() throws {
        let scratch = try prepare()
        let whole = try json(Self.line + " --checkpoints whole", scratch)
        for part in ["1/2", "2/2"] {
            let folder = "part" + part.prefix(1)
            let one = try json("\(Self.line) --shard \(part) --checkpoints \(folder)", scratch)
            #expect((one["verdict"] as? [String: Any])?["conclusion"] as? String == "none")
        }
        let merge = "compare merge part1/trial part2/trial --name trial --checkpoints merged --truth truth.csv"
        #expect(try json(merge, scratch).isEqual(to: whole as? [String: Any] ?? [:]))
        // A run's own page is made where the run is.
        let page = try run("report trial --checkpoints merged --truth truth.csv", scratch).output
        #expect(page.contains(#/espalier report trial.micro.s1 --out trial.micro.s1.html --checkpoints \S+/part1/#))
        // A part is called as it was asked for, from whatever it is counted.
        let last = try run("\(Self.line) --shard 2/2 --checkpoints last", scratch)
        #expect(last.output.contains("\npart 2 of 2 is done; when all are: espalier compare merge"), "\(last.output)")
        // A job array's task finds its part by itself.
        let slurm = [
            "SLURM_ARRAY_TASK_ID": "8", "SLURM_ARRAY_TASK_COUNT": "2", "SLURM_ARRAY_TASK_MIN": "7",
            "SLURM_ARRAY_TASK_MAX": "8",
        ]
        let task = try run("\(Self.line) --shard slurm --checkpoints slurm", scratch, slurm)
        #expect(task.status == 0 && task.output.contains("part 1 of 2 is done; when all are: espalier compare merge"))
        let runs = try FileManager.default.contentsOfDirectory(atPath: scratch.folder + "/slurm")
        #expect(runs.count { !$0.hasSuffix(".json") } == 3)
    }

    @Test func aKilledComparisonGoesOnToTheSameAnswer() throws {
        let scratch = try prepare()
        let whole = try json(Self.line + " --checkpoints whole", scratch)
        for mark in ["micro.s0: 10 %", "uniform.s0: 40 %", "uniform-star.s0: 0 %", "micro.s1: 60 %", "star.s1: 90 %"] {
            let arguments = (Self.line + " --checkpoints cut").split(separator: " ").map(String.init)
            let process = try Program.start(
                arguments, in: scratch.folder, output: scratch.stream("o"), errors: scratch.stream("e"))
            while process.isRunning, try !scratch.text("e").contains(mark) { usleep(1000) }
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            #expect(process.terminationStatus == SIGKILL, "\(mark)")
        }
        #expect(try json(Self.line + " --checkpoints cut", scratch).isEqual(to: whole as? [String: Any] ?? [:]))
    }

    @Test func picksAreTrainedAnew() throws {
        let scratch = try prepare()
        try scratch.write(
            try String(contentsOfFile: scratch.folder + "/micro.yaml", encoding: .utf8)
                .replacing("{images: 3000}", with: "{images: 200}"), to: "alone.yaml")
        let line = "compare --name trial --arms micro.yaml --seeds 0..5 --threads 1 --retrain-picks alone.yaml"
        let plan = try json(line + " --plan", scratch)
        let once = try #require(plan["retrainingSeconds"] as? Double) / 18
        let speed = try #require(plan["macsPerSecond"] as? Double)
        // 200 trained images and the final score of one child, of what the micro recipe's children cost.
        let mean = try #require((plan["arms"] as? [[String: Any]])?[0]["macs"] as? Double) / 3000
        #expect(once * speed > 200 * mean / 2 && once * speed < 200 * mean * 6, "\(once) \(speed) \(mean)")
        let answer = try json(line, scratch)
        let verdict = try #require(answer["verdict"] as? [String: Any])
        #expect(verdict["measure"] as? String == "accuracy of the pick trained anew, points")
        #expect(verdict["n"] as? Int == 6 && verdict["effect"] is Double)
        #expect(try json(line, scratch).isEqual(to: answer as? [String: Any] ?? [:]))

        // Of parts the picks are trained where all are known, to the same accuracies.
        for part in ["1/2", "2/2"] {
            let shard = "compare --name trial --arms micro.yaml --seeds 0..5 --threads 1 --shard \(part)"
            #expect(try run("\(shard) --checkpoints p\(part.prefix(1))", scratch).status == 0)
        }
        let merge = "compare merge p1/trial p2/trial --name trial --checkpoints merged --threads 1"
        #expect(try json(merge + " --retrain-picks alone.yaml", scratch).isEqual(to: answer as? [String: Any] ?? [:]))
        #expect(try json(merge, scratch).isEqual(to: answer as? [String: Any] ?? [:]))
    }

    /// Also those of cuts on paper; and nothing is written by a recipe that is not the first one.
    @Test func picksOnPaperAreTrainedAnewToo() throws {
        let scratch = try prepare()
        let micro = try scratch.read("micro.yaml")
        for (name, images) in [("alone", 200), ("longer", 300)] {
            try scratch.write(
                micro.replacing("{images: 3000}", with: "{images: \(images)}"), to: name + ".yaml")
        }
        try scratch.write(micro.replacing("deeper-insights", with: "nas-bench-201"), to: "elsewhere.yaml")
        let line =
            "compare --name trial --arms micro.yaml,uniform,uniform-elim --seeds 0 --threads 1 --retrain-picks "
        let other = try run(line + "elsewhere.yaml", scratch)
        #expect(other.status == 3 && other.errors.contains("picks cannot be trained anew in space nas-bench-201"))
        #expect(!FileManager.default.fileExists(atPath: scratch.folder + "/checkpoints"), "nothing was run")

        let arms = try #require(try json(line + "alone.yaml", scratch)["arms"] as? [[String: Any]])
        #expect(arms.count == 3)
        for arm in arms {
            let outcome = try #require((arm["seeds"] as? [[String: Any]])?.first)
            #expect(outcome["retrained"] is Double, "\(arm["name"] ?? "")")
        }
        let text = try run(line + "alone.yaml", scratch).output
        #expect(text.contains("trained anew, %"))
        let page = try run("report trial", scratch).output
        #expect(page.contains("Trained anew, %") && !page.contains("nothing here measures"))
        #expect(page.contains("uniform-elim from those of uniform"))

        let file = try scratch.read("checkpoints/trial.comparison.json")
        let refused = try run(line + "longer.yaml", scratch)
        #expect(refused.status == 3 && refused.errors.contains("was made with another recipe"), "\(refused.errors)")
        #expect(try scratch.read("checkpoints/trial.comparison.json") == file)
    }

    /// Arms that differ in a key or two, at the first one's cost, with what their cuts lost by the truth.
    @Test func armsVaryTheFirst() throws {
        let scratch = try prepare()
        let line =
            "compare --name factors --arms micro.yaml,uniform --seeds 0 --threads 1 --truth truth.csv "
            + "--vary hard:policy.keep=0.25 --vary blind:score.measure=accuracy --vary hard:train.batch=8"
        let answer = try json(line, scratch)
        let arms = try #require(answer["arms"] as? [[String: Any]])
        #expect(arms.compactMap { $0["name"] as? String } == ["micro", "hard", "blind", "uniform"])
        let recipe = try run("show factors.hard.s0 --recipe", scratch).output
        #expect(recipe.contains("keep: 0.25") && recipe.contains("batch: 8"))
        #expect(try run("show factors.blind.s0 --recipe", scratch).output.contains("measure: accuracy"))
        let kept = try arms.map { arm in
            let outcome = try #require((arm["seeds"] as? [[String: Any]])?.first)
            let audit = try #require(outcome["audit"] as? [String: Any])
            #expect(audit["top"] as? Int == 8 && (audit["lostTop"] as? [Double])?.count == 1)
            return audit["kept"] as? [Int]
        }
        #expect(kept == [[32], [16], [32], [64]])
        let text = try run(line, scratch).output
        #expect(text.contains("of the true top 8 of 64, lost in each decision (by a random cut)"))
        #expect(text.contains(#/hard +1 +\d\.00 \(6\.00\)/#) && text.contains(#/micro +1 +\d\.00 \(4\.00\)/#))
    }

    /// A comparison under way says so once, whatever is missing, and shows no test.
    @Test func aPartTellsWhatIsMissingOnce() throws {
        let scratch = try prepare()
        let line = "compare --name part --arms micro.yaml --seeds 0..7 --threads 1 --truth truth.csv --shard 1/8"
        let answer = try json(line, scratch)
        #expect(answer["stamps"] as? [String] == ["21 of 24 runs are not there yet."])
        let verdict = try #require(answer["verdict"] as? [String: Any])
        #expect(verdict["p"] is NSNull && verdict["low"] is NSNull && verdict["conclusion"] as? String == "none")
        #expect((answer["free"] as? [[String: Any]])?.first?["name"] as? String == "parameters (free)")
        #expect((answer["free"] as? [Any])?.count == 6)
        let page = try run("report part --truth truth.csv", scratch).output
        #expect(page.contains("> 21 of 24 runs are not there yet."))
        let folder = scratch.folder + "/checkpoints"
        let made = try #require(
            FileManager.default.contentsOfDirectory(atPath: folder).first { $0.hasPrefix("part.") && $0.contains(".s") }
        )
        try Data("no store".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(made)/db/data.mdb"))
        let report = try run("report part --truth truth.csv --out part.json", scratch)
        #expect(report.status == 0, "\(report.errors)")
        let document = try JSONSerialization.jsonObject(with: Data(scratch.read("part.json").utf8)) as? [String: Any]
        let broken = try #require(document?["stamps"] as? [String])
        #expect(broken.contains { $0.hasPrefix("Run \(made) cannot be read: ") }, "\(broken)")
        // It is there, though.
        #expect(broken.contains("21 of 24 runs are not there yet."))
    }

    /// A file is kept fresh by all that it shows, also where the few lines of the terminal stay the same.
    @Test func aWatchedComparisonStaysFresh() throws {
        let scratch = try prepare()
        let line = "compare --name trial --arms micro.yaml,uniform --seeds 0..1 --threads 1"
        try #require(try run(line + " --shard 1/4", scratch).status == 0)
        let watch = try Program.start(
            ["report", "trial", "--watch", "--out", "trial.json"], in: scratch.folder, output: scratch.stream("o"),
            errors: scratch.stream("e"))
        defer { if watch.isRunning { kill(watch.processIdentifier, SIGKILL) } }
        func becomes(_ isSo: () throws -> Bool) throws -> Bool {
            let end = ContinuousClock.now + .seconds(60)
            while ContinuousClock.now < end {
                if try isSo() { return true }
                usleep(10_000)
            }
            return false
        }
        let first = "trial: unfinished, 1 of 4 runs have ended\n"
        #expect(try becomes { try scratch.text("e").contains(first) })
        let file = URL(fileURLWithPath: scratch.folder + "/checkpoints/trial.comparison.json")
        let changed = try String(contentsOf: file, encoding: .utf8).replacing("dropping and", with: "another purpose,")
        try Data(changed.utf8).write(to: file, options: .atomic)
        #expect(try becomes { try scratch.read("trial.json").contains("another purpose, regrouping") })
        #expect(try scratch.text("e") == first)

        #expect(try run(line, scratch).status == 0)
        #expect(try becomes { !watch.isRunning })
        if watch.isRunning { kill(watch.processIdentifier, SIGKILL) }
        watch.waitUntilExit()
        #expect(watch.terminationStatus == 0)
        #expect(try scratch.text("e").hasSuffix("trial: finished, 4 of 4 runs have ended\nreport: trial.json\n"))
    }

    /// Bits belong to a kind of machine: a run that changed it is named, and so is a comparison of several kinds.
    @Test func otherKindsOfMachineAreTold() throws {
        let scratch = try prepare()
        let line = "compare --name trial --arms micro.yaml,uniform --seeds 0..1 --threads 1"
        let process = try Program.start(
            line.split(separator: " ").map(String.init), in: scratch.folder,
            environment: ["ESPALIER_KERNELS": "portable"], output: scratch.stream("o"), errors: scratch.stream("e"))
        while process.isRunning, try !scratch.text("e").contains("uniform.s0: 60 %") { usleep(1000) }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        let resume = "resume trial.uniform.s0 --threads 1"
        let resumed = try run(resume, scratch)
        // Where this machine has one level of kernels only, the run goes on as it began.
        guard resumed.status == 9 else { return #expect(!resumed.errors.contains("finished"), "killed too late") }
        #expect(try run(resume + " --allow-inexact", scratch).status == 0)
        let stamps = try #require(try json(line, scratch)["stamps"] as? [String])
        #expect(
            stamps.filter { $0.contains("numbers may differ") }.map { $0.prefix(46) }
                == ["Run trial.uniform.s0: This run went on where n"], "\(stamps)")
        let kinds = try #require(
            stamps.first { $0.hasPrefix("Runs were made on different kinds of machine (") }, "\(stamps)")
        #expect(kinds.contains("kernels ") && kinds.contains("portable"))
    }

    /// Deviations without a number of runs are no error of the truth, and that is said.
    @Test func aTruthWithoutRunsSaysWhatIsMissing() throws {
        let scratch = try prepare()
        try scratch.write(
            try scratch.read("truth.csv").replacing("gt_std,gt_runs", with: "gt_std").replacing(",3\n", with: "\n"),
            to: "plain.csv")
        let line = "compare --name trial --arms micro.yaml --seeds 0..5 --threads 1 --truth plain.csv"
        let without = try json(line, scratch)
        #expect(
            (without["stamps"] as? [String])?.first?.hasPrefix("How many runs are behind gt_std is not known") == true)
        let with = try json(line + " --truth-runs 3", scratch)
        #expect((with["stamps"] as? [String])?.isEmpty == true)
        for (answer, isKnown) in [(without, false), (with, true)] {
            let verdict = try #require(answer["verdict"] as? [String: Any])
            #expect((verdict["tableError"] as? Double ?? 0 > 0) == isKnown)
            let arm = try #require((answer["arms"] as? [[String: Any]])?.first)
            #expect(((arm["seeds"] as? [[String: Any]])?.first?["hit"] is Bool) == isKnown)
            // Rankings of the six runs beside each other, and among those the run kept.
            #expect((arm["stability"] as? [String: Any])?["sTau"] is Double)
            let kept = (arm["seeds"] as? [[String: Any]])?.first?["kept"] as? [String: Any]
            #expect(kept?["children"] as? Int == 32 && kept?["uniform"] is Double)
            #expect((arm["biasGap"] as? [String: Any])?["pairs"] as? Int == 6)
        }
        let page = try run("report trial.micro.s0 --truth plain.csv", scratch).output
        #expect(page.contains("> How many runs are behind gt"))
        #expect(
            try !run("report trial.micro.s0 --truth plain.csv --truth-runs 3", scratch).output.contains("> How many"))
    }

    /// A budget that cannot pay for the final score is found before anything is searched, and locks no name.
    @Test func aRetrainingThatCannotBeIsFoundFirst() throws {
        let scratch = try prepare()
        let micro = try scratch.read("micro.yaml")
        for (name, images) in [("small", 10), ("alone", 200)] {
            try scratch.write(micro.replacing("{images: 3000}", with: "{images: \(images)}"), to: name + ".yaml")
        }
        let line = "compare --name trial --arms micro.yaml --seeds 0 --threads 1 --retrain-picks "
        let refused = try run(line + "small.yaml", scratch)
        #expect(refused.status == 3 && refused.output.isEmpty)
        #expect(refused.errors.hasPrefix("error: train.budget: 10 images for a child that trains alone"), "\(refused)")
        #expect(!FileManager.default.fileExists(atPath: scratch.folder + "/checkpoints"), "nothing was run")
        #expect(try run(line + "alone.yaml", scratch).status == 0)
        let truth = "truth --recipe %.yaml --name t --children 111 --seeds 0 --threads 1"
        #expect(try run(truth.replacing("%", with: "small"), scratch).status == 3)
        #expect(try run(truth.replacing("%", with: "alone"), scratch).status == 0)
    }

    /// Ends that were chosen after a part was read are told.
    @Test func verdictsJoinedFromPartsAreStamped() throws {
        let scratch = try prepare()
        for (name, seeds) in [("v", "1000..1009"), ("w", "1010..1011")] {
            let line = "compare --name \(name) --arms micro.yaml,uniform --seeds \(seeds) --threads 1 --truth truth.csv"
            #expect(try !run(line, scratch).output.contains("fixed in parts"))
        }
        let merged = try json("compare merge v w --name vw --truth truth.csv", scratch)
        #expect((merged["stamps"] as? [String])?.first?.hasPrefix("Its verdict seeds were fixed in parts") == true)
        #expect((merged["verdict"] as? [String: Any])?["n"] as? Int == 12)
        // Shards of one plan are one verdict.
        for part in ["1/2", "2/2"] {
            _ = try run(
                "compare --name s --arms micro.yaml,uniform --seeds 1000..1001 --threads 1 --shard \(part) "
                    + "--checkpoints p\(part.prefix(1))", scratch)
        }
        let shards = try json("compare merge p1/s p2/s --name s --truth truth.csv", scratch)
        #expect((shards["stamps"] as? [String])?.isEmpty == true)
    }

    @Test func mistakesInComparisonsAreExplained() throws {
        let scratch = try prepare()
        var transcript = Transcript(scratch)
        for line in [
            "compare --arms micro.yaml --seeds 0,1000", "compare --arms micro.yaml --shard 3/2",
            "compare --arms micro.yaml --shard slurm", "compare --arms micro.yaml,oracle",
            "compare --arms micro.yaml,uniform-elim", "compare --arms micro.yaml --trunk 0.5",
            "compare --arms micro.yaml --trunk 0.3 --vary big:train.batch=8",
            "compare --arms micro.yaml,alone --trunk 0.3",
            "compare --arms micro.yaml --vary keep=3", "compare --arms micro.yaml --vary uniform:policy.keep=0.3",
            "compare --arms micro.yaml --vary micro:policy.keep=0.3", "compare --arms micro.yaml --vary ../a:seed=1",
            "compare --arms micro.yaml --vary hard:policy.kep=0.3",
            "compare --arms micro.yaml --shard 1/2 --retrain-picks alone.yaml", "compare merg part", "compare merge",
            "compare merge nowhere/trial --plan", "compare merge nowhere/trial",
            "compare merge nowhere/trial --seeds 0..1", "compare --arms micro.yaml --trunk 1",
            "compare --arms micro.yaml --vary hard:nokey=3", "compare --arms micro.yaml --truth-runs 3",
            "compare --arms micro.yaml --set train.budget={epochs:3} --set sharing={mode:none,independent:true}",
        ] { try transcript.add(line) }
        try transcript.add(
            "compare --arms micro.yaml --shard slurm",
            environment: [
                "SLURM_ARRAY_TASK_ID": "9", "SLURM_ARRAY_TASK_COUNT": "3", "SLURM_ARRAY_TASK_MIN": "1",
                "SLURM_ARRAY_TASK_MAX": "9",
            ])
        try expectGolden(transcript.text, "compare-errors")
    }
}
