import Foundation
import Tensors
import Testing

/// What a user sees when something is wrong, exactly; one text an exit code.
extension CommandLineTests {
    @Test func usage() throws {
        let scratch = try Scratch()
        try scratch.search()
        try scratch.write("text", to: "file")
        try scratch.write("label,gt_mean\n111,0.7\n222,0.8\n", to: "short.csv")
        try FileManager.default.createDirectory(
            atPath: scratch.folder + "/checkpoints/other", withIntermediateDirectories: true)
        var transcript = Transcript(scratch)
        for line in [
            "serch", "checkpoint lst", "search --bogus", "search --seeed 3", "search --seed x", "search --threads 0",
            "search --set train.batch", "search --recipe nowhere.yaml", "search --recipe demoo",
            "search --run bad/name", "search --recipe micro.yaml --run demo", "search --run other",
            "search --checkpoints file", "search --allow-inexact", "show", "show dmeo", "show demo --round 9",
            "resume nothing", "report nothing",
            "explain demo", "explain nothing 434", "explain demo 435", "explain demo 4", "evaluate demo 999",
            "evaluate demo 434 --bn none", "evaluate demo 434 --limit 0",
            "checkpoint list nothing", "checkpoint export demo --out", "compare --arms micro.yaml --seeds 3..1",
            "compare --arms micro.yaml,micro.yaml", "compare --arms micro.yaml --truth nowhere.csv",
            "compare --arms micro.yaml --truth short.csv",
            "compare --arms micro.yaml --without max_pool", "report demo --truth short.csv",
            "metrics --scores nowhere.csv --truth nowhere.csv", "metrics --scores file --truth short.csv",
            "metrics --scores file", "space show deeper-insihgts",
            "space show deeper-insights --set cell=2", "space show deeper-insights --set cells", "recipe",
            "recipe check nowhere.yaml", "data verify cifar", "data make --out images --layout png",
            "bench --rows trian", "bench --rows qqqqqq", "bench --batch 1", "bench --stages --paths",
        ] { try transcript.add(line) }
        for line in ["bench --paths", "search"] {
            try transcript.add(line, environment: ["ESPALIER_PASSES": "colapse"])
        }
        try expectGolden(transcript.text, "exit-2-usage")
    }

    @Test func recipe() throws {
        let scratch = try Scratch()
        try scratch.recipe("unknown-key.yaml", extra: "polcy: {use: keep-all}")
        try scratch.recipe("ill-typed.yaml", extra: "seed: seven")
        try scratch.recipe("twice.yaml", extra: "policy: {use: keep-all}")
        try scratch.write("schema: espalier.policy/1\nuse: keep-fraction\nkepe: 0.5\n", to: "policy.yaml")
        try scratch.recipe()
        var transcript = Transcript(scratch)
        for line in [
            "search --recipe unknown-key.yaml", "recipe check ill-typed.yaml", "recipe check twice.yaml",
            "search --recipe micro.yaml --policy keep-fration", "search --recipe micro.yaml --policy policy.yaml",
            "search --recipe micro.yaml --set policy.keep=0", "search --recipe micro.yaml --set train.batchh=3",
            "search --recipe micro.yaml --set train.batch=3x", "search --recipe micro.yaml --set space=nas-bench-202",
            "compare --arms micro.yaml,demo --seeds 0",
        ] { try transcript.add(line) }
        try expectGolden(transcript.text, "exit-3-recipe")
        // The run is made before its images are counted.
        let short = try Program.run(
            ["search", "--recipe", "micro.yaml", "--run", "short", "--set", "train.budget={images: 100}"], in: scratch)
        #expect(short.status == 3)
        #expect(short.errors.contains("the run exists with this recipe; after mending it, remove checkpoints/short or"))
    }

    @Test func dataSet() throws {
        let scratch = try Scratch()
        try scratch.recipe()
        let files = FileManager.default
        for folder in ["empty", "wrong", "packed"] {
            try files.createDirectory(atPath: scratch.folder + "/" + folder, withIntermediateDirectories: true)
        }
        for k in 1...5 { try scratch.write("not images", to: "wrong/data_batch_\(k).bin") }
        try scratch.write("", to: "packed/train-images-idx3-ubyte.gz")
        var transcript = Transcript(scratch)
        for line in [
            "search --run a --recipe cifar10-smoke", "search --run b --recipe cifar10-smoke --data nowhere",
            "search --run c --recipe cifar10-smoke --data empty", "search --run d --recipe cifar10-smoke --data wrong",
            "search --run e --recipe micro.yaml --set data.hold-out.rank=200", "resume a", "resume a --data empty",
            "data verify idx --data packed", "data verify cifar100",
        ] { try transcript.add(line) }
        try expectGolden(transcript.text, "exit-4-data-set")
    }

    @Test func corruptStore() throws {
        let scratch = try Scratch()
        try scratch.search()
        var transcript = Transcript(scratch)
        let path = scratch.folder + "/checkpoints/demo/db/data.mdb"
        let whole = try Data(contentsOf: URL(filePath: path))
        var flipped = whole
        // Every page but the two headers of the file.
        for place in stride(from: 8192 + 24, to: flipped.count, by: 4096) { flipped[place] ^= 0xFF }
        try flipped.write(to: URL(filePath: path))
        let shown = try Program.run(["show", "demo"], in: scratch)
        #expect(shown.status == 5)
        #expect(shown.errors.hasPrefix("error: cannot open checkpoints/demo/db/data.mdb: page "))
        try whole.prefix(9000).write(to: URL(filePath: path))
        for line in ["show demo", "resume demo", "checkpoint verify demo"] { try transcript.add(line) }
        try Data().write(to: URL(filePath: path))
        try transcript.add("show demo")
        try FileManager.default.removeItem(atPath: path)
        try transcript.add("show demo")
        let text = transcript.text.replacing(/expected (at least )?[0-9]+/, with: "expected N")
        try expectGolden(text, "exit-5-corrupt")
    }

    @Test func version() throws {
        let scratch = try Scratch()
        try scratch.search()
        let path = scratch.folder + "/checkpoints/demo/db/data.mdb"
        var newer = try Data(contentsOf: URL(filePath: path))
        newer[20] = 2
        try newer.write(to: URL(filePath: path))
        var transcript = Transcript(scratch)
        for line in ["show demo", "resume demo"] { try transcript.add(line) }
        try expectGolden(transcript.text, "exit-6-version")
    }

    @Test func locked() throws {
        let scratch = try Scratch()
        try scratch.recipe()
        // A run that has not ended: its data are missing.
        _ = try Program.run(["search", "--run", "demo", "--recipe", "cifar10-smoke"], in: scratch)
        let path = scratch.folder + "/checkpoints/demo/run.lock"
        try #"{"pid":1,"host":"there","boot":"b","command":"espalier resume demo"}"#
            .write(toFile: path, atomically: false, encoding: .utf8)
        let held = open(path, O_RDWR | O_CLOEXEC)
        #expect(flock(held, LOCK_EX | LOCK_NB) == 0)
        defer { close(held) }
        var transcript = Transcript(scratch)
        try transcript.add("resume demo")
        try expectGolden(transcript.text, "exit-7-locked")
        // Readers do not care.
        #expect(try Program.run(["show", "demo"], in: scratch).status == 0)
    }

    @Test(.enabled(if: Kernels.best().level != .portable)) func numerics() throws {
        let scratch = try Scratch()
        try diverged(scratch)
        let resumed = try Program.run(["resume", "demo"], in: scratch)
        #expect(resumed.status == 9)
        let best = Kernels.best().level.rawValue
        #expect(resumed.errors.hasPrefix("error: this machine may compute other bits than the run so far: kernels "))
        #expect(resumed.errors.contains("portable") && resumed.errors.contains(best))
        #expect(
            resumed.errors.hasSuffix(
                "\nhint: go on where the run began, or pass --allow-inexact, which marks the run\n"))
        #expect(try Program.run(["resume", "demo", "--allow-inexact"], in: scratch).status != 9)
    }

    @Test func divergence() throws {
        let scratch = try Scratch()
        let text = try diverged(scratch)
        try expectGolden(
            text.replacing(
                /[a-z0-9._]+ of group 0 is not finite after [0-9]+ steps/,
                with: "P of group 0 is not finite after N steps"),
            "exit-10-diverged")
        // What was there before is still there.
        #expect(try Program.run(["checkpoint", "verify", "demo", "--full"], in: scratch).status == 0)
    }

    /// A run with portable kernels that leaves by divergence after some checkpoints.
    @discardableResult private func diverged(_ scratch: Scratch) throws -> String {
        try scratch.recipe(extra: "checkpoint: {every-batches: 1}")
        let result = try Program.run(
            [
                "search", "--recipe", "micro.yaml", "--run", "demo", "--set",
                "train.optimizer={lr: 1000, weight-decay: 1000}",
            ],
            in: scratch, environment: ["ESPALIER_KERNELS": "portable"])
        #expect(result.status == 10, "\(result.errors)")
        return result.errors.split(separator: "\n").filter { !$0.contains("of the budget") }.joined(separator: "\n")
            + "\n"
    }

    @Test func storage() throws {
        let scratch = try Scratch()
        let full = try FileHandle(forWritingTo: URL(filePath: "/dev/full"))
        var text = ""
        for arguments in [["space", "list"], ["space", "list", "--json"], ["--help"]] {
            let process = try Program.start(
                arguments, in: scratch.folder, output: full, errors: scratch.stream("stderr"))
            process.waitUntilExit()
            text += "$ espalier \(arguments.joined(separator: " ")) > /dev/full\n\(try scratch.text("stderr"))"
            text += "exit \(process.terminationStatus)\n\n"
        }
        try expectGolden(text, "exit-11-storage")
    }

    @Test(.enabled(if: geteuid() != 0, "root may write anywhere")) func unwritableFolder() throws {
        let scratch = try Scratch()
        try FileManager.default.createDirectory(
            atPath: scratch.folder + "/closed", withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o555])
        let result = try Program.run(["search", "--checkpoints", "closed", "--run", "demo"], in: scratch)
        #expect(result.status == 11 && result.errors.contains("Permission denied"), "\(result.errors)")
    }

    /// A reader that has seen enough is no error.
    @Test func aClosedPipeIsQuiet() throws {
        let scratch = try Scratch()
        let result = try Program.run(
            ["-c", "set -o pipefail; espalier space show deeper-insights | true"], program: "/bin/bash", in: scratch)
        #expect(result.status == 0 && result.errors == "", "\(result.errors)")
    }
}
