import Foundation
import Testing

/// What users hand in, and the streams, settings and clocks they run us with.
extension CommandLineTests {
    // Names, texts and terminals.

    /// Controls of both kinds, marks of direction and newlines.
    static let hostile = "\u{1B}]0;x\u{7}\u{9B}31m\u{202E}\u{2066}\u{200E}\u{2028}\n"

    private func isClean(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            scalar == "\n"
                || ![.control, .format, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
        }
    }

    @Test func nothingHostileReachesATerminal() throws {
        let scratch = try Scratch()
        let hostile = Self.hostile
        var lines = [
            ["show", hostile], ["resume", hostile], ["search", "--run", hostile], ["search", "--recipe", hostile],
            ["search", "--recipe", "/" + hostile], ["search", "--set", hostile + "=1"],
            ["search", "--policy", hostile],
            ["search", "--set", "seed=" + hostile], ["search", "--set", "data.augment=['\(hostile)']"], [hostile],
            ["recipe", "check", "demo", "--set", "space='\(hostile)'"], ["runs", "--checkpoints", hostile],
            ["metrics", "--scores", hostile, "--truth", hostile], ["data", "verify", hostile],
            ["data", "verify", "idx", "--data", hostile], ["space", "show", "deeper-insights", "--child", hostile],
            ["space", "show", "deeper-insights", "--set", hostile], ["policy", "check", hostile],
            ["checkpoint", hostile], ["bench", "--rows", hostile], ["compare", "--arms", hostile],
        ]
        try scratch.search()
        lines += [
            ["explain", "demo", hostile], ["evaluate", "demo", hostile], ["report", "demo", "--truth", hostile],
        ]
        for line in lines {
            let result = try Program.run(line, in: scratch)
            #expect(isClean(result.output) && isClean(result.errors), "\(line)")
            #expect(result.errors.split(separator: "\n").count <= 2, "\(line): \(result.errors)")
            if result.status != 0 { #expect(result.errors.hasPrefix("error: "), "\(line)") }
        }
    }

    /// Words inside files: choices of a space, a policy's reasons. JSON says them exactly.
    @Test func whatFilesSayIsEscapedOnceAndExactInJSON() throws {
        let scratch = try Scratch()
        let space = try String(contentsOfFile: Program.repository + "/spaces/deeper-insights.yaml", encoding: .utf8)
        let name = "max\u{9B}\u{202E}\u{E9}"
        let quoted = "\"max\\x9b\\u202e\u{E9}\""
        try scratch.write(
            space.replacing("[max_pool_3x3,", with: "[\(quoted),").replacing(
                "\n  max_pool_3x3:", with: "\n  \(quoted):"),
            to: "space.yaml")
        let shown = try Program.run(["space", "show", "./space.yaml"], in: scratch)
        #expect(shown.status == 0 && isClean(shown.output), "\(shown.errors)")
        #expect(shown.output.contains("  0->1: max\\u{9b}\\u{202e}\u{E9}, sep_conv_3x3"))
        let json = try Program.run(["space", "show", "./space.yaml", "--json"], in: scratch).output
        #expect(json.contains("max\u{9B}\u{202E}\u{E9}"), "\(json.prefix(400))")
        let decoded = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
        let child = (decoded?["children"] as? [[String: Any]])?.first
        #expect((child?["genotype"] as? String)?.contains(name) == true)
        // The whole way through a run.
        try scratch.recipe(extra: "seed: 3")
        let run = ["search", "--recipe", "micro.yaml", "--run", "a", "--set", "space={use: ./space.yaml, cells: 1}"]
        #expect(try Program.run(run, in: scratch).status == 0)
        for line in [
            ["show", "a"], ["show", "a", "--round", "0"], ["show", "a", "--recipe"], ["explain", "a", "111"],
            ["report", "a"],
        ] {
            let result = try Program.run(line, in: scratch)
            #expect(result.status == 0 && isClean(result.output) && isClean(result.errors), "\(line): \(result.errors)")
        }
    }

    // Files.

    @Test(.timeLimit(.minutes(1))) func whatIsNoFileIsRefusedAtOnce() throws {
        let scratch = try Scratch()
        #expect(mkfifo(scratch.folder + "/pipe.yaml", 0o600) == 0)
        #expect(mkfifo(scratch.folder + "/pipe", 0o700) == 0)
        try FileManager.default.createSymbolicLink(
            atPath: scratch.folder + "/loop.yaml", withDestinationPath: "loop.yaml")
        let fifo = "expected a regular file, found a fifo"
        for (line, words) in [
            ("recipe check pipe.yaml", fifo), ("search --recipe pipe.yaml", fifo), ("policy check pipe.yaml", fifo),
            ("search --policy pipe.yaml", fifo), ("space show ./pipe.yaml", fifo),
            ("metrics --scores pipe.yaml --truth pipe.yaml", fifo), ("report x --truth pipe.yaml", "no such run"),
            ("compare --arms pipe.yaml", fifo),
            ("search --set policy.use=oracle --set policy.keep=0.5 --set policy.truth=pipe.yaml", fifo),
            ("recipe check loop.yaml", "too many levels of symbolic links"),
            ("metrics --scores /dev/zero --truth /dev/zero", "expected a regular file, found a device"),
            ("recipe check /dev/zero", "expected a regular file, found a device"),
            ("policy check ./pipe", "there is no program file"),
        ] {
            let result = try Program.run(line.split(separator: " ").map(String.init), in: scratch)
            #expect(result.status == 2 && result.errors.contains(words), "\(line): \(result.errors)")
        }
    }

    @Test func aRunIsClosedToOthersAndRefusesLinks() throws {
        let scratch = try Scratch()
        try scratch.search()
        let run = scratch.folder + "/checkpoints/demo"
        for name in [""] + (try FileManager.default.subpathsOfDirectory(atPath: run)) {
            var status = stat()
            #expect(lstat(run + "/" + name, &status) == 0)
            #expect(status.st_mode & 0o077 == 0, "\(name)")
        }
        try FileManager.default.moveItem(atPath: run + "/run.json", toPath: scratch.folder + "/card")
        try FileManager.default.createSymbolicLink(
            atPath: run + "/run.json", withDestinationPath: scratch.folder + "/card")
        for line in [["show", "demo"], ["resume", "demo"], ["checkpoint", "verify", "demo"]] {
            let result = try Program.run(line, in: scratch)
            #expect(result.status == 5 && result.errors.contains("run.json: found a link or something else"), "\(line)")
        }
    }

    // Recipes.

    @Test func aSettingCanBeCheckedBeforeItIsSearched() throws {
        let scratch = try Scratch()
        try scratch.recipe()
        let good = try Program.run(["recipe", "check", "micro.yaml", "--set", "train.batch=32"], in: scratch)
        #expect(good.status == 0 && good.output.contains("\n  batch: 32\n"))
        let bad = try Program.run(["recipe", "check", "micro.yaml", "--set", "train.batch=1:30"], in: scratch)
        #expect(bad.status == 3)
        #expect(
            bad.errors == """
                error: --set train.batch=1:30: train.batch: expected a whole number from 1 to 65536, found '1:30'

                """)
    }

    /// A run keeps its recipe; that a file has changed since is never passed over in silence.
    @Test func aChangedRecipeIsToldApart() throws {
        let scratch = try Scratch()
        try scratch.search()
        func told(_ more: String...) throws -> String {
            let result = try Program.run(["search", "--recipe", "micro.yaml", "--run", "demo"] + more, in: scratch)
            #expect(result.status == 2 && result.output.isEmpty)
            return result.errors
        }
        let start = """
            error: cannot create run checkpoints/demo: it exists
            hint: go on with it: espalier resume demo, which uses its stored recipe (
            """
        #expect(try told() == start + "the same as this one); or give another --run\n")
        #expect(
            try told("--set", "train.batch=32", "--set", "policy.keep=0.25")
                == start
                + "this one differs: train.batch: 32, not 16; policy.keep: 0.25, not 0.5); or give another --run\n")
        #expect(
            try told("--set", "rounds=[]", "--seed", "4")
                == start + "this one differs: seeds.init: 4, not 0; seeds.order: 4, not 0; seeds.data: 4, not 0; "
                + "seeds.augment: 4, not 0; and 3 more); or give another --run\n")
    }

    /// Three things that can be too large for any machine; none of them is begun. Bounded so that a failure cannot hurt.
    @Test func whatMemoryCannotHoldIsRefused() throws {
        let scratch = try Scratch()
        try scratch.recipe()
        let sizes = /needs [0-9]+ MB of memory, [0-9]+ MB are available/
        for (setting, subject) in [
            ("data.synthetic={side: 64, train: 1000000, test: 1000000}", "data.synthetic: 2000000 images of 64x64x3 "),
            ("train.batch=65536", "the network with 65536 images at once "),
            ("space={use: deeper-insights, cells: 1, channels: 4000}", " sets of weights need "),
        ] {
            var words = ["search", "--recipe", "micro.yaml", "--run", "big", "--set", setting]
            if setting.hasPrefix("train") {
                words += ["--set", "data.synthetic={side: 64, train: 300, test: 8, distance: 4, jitter: 0}"]
            }
            let result = try Program.run(
                ["-c", "ulimit -v 6000000; exec espalier \"$@\"", "sh"] + words, program: "/bin/bash", in: scratch)
            #expect(result.status == 3, "\(setting): \(result.errors)")
            #expect(result.errors.contains(subject), "\(setting): \(result.errors)")
            #expect(
                result.errors.firstMatch(of: sizes) != nil || result.errors.contains("MB are available"),
                "\(setting): \(result.errors)")
            try? FileManager.default.removeItem(atPath: scratch.folder + "/checkpoints")
        }
    }

    // Streams, settings and clocks.

    /// What is printed may be lost; what is trained may not, and is the same.
    @Test func lostStreamsDoNotStopTraining() throws {
        let scratch = try Scratch()
        try scratch.search("whole")
        let expected = try digest("whole", scratch)
        for (number, redirection) in [
            (0, ">&-"), (11, "2>&-"), (0, ">&- 2>&-"), (11, ">/dev/full"), (0, "2>/dev/full"), (0, "| head -c 1"),
            (0, "2>&1 | true"), (0, "<&- 2>&-"),
        ].enumerated().map({ ($0, $1.1) }) {
            let name = "run-\(number)"
            let line = "espalier search --recipe micro.yaml --run \(name) \(redirection)"
            _ = try Program.run(["-c", line], program: "/bin/bash", in: scratch)
            #expect(try digest(name, scratch) == expected, "\(redirection)")
            let verified = try Program.run(["checkpoint", "verify", name, "--full"], in: scratch)
            #expect(verified.status == 0, "\(redirection): \(verified.output)")
        }
    }

    /// A store opened where standard error should be would have messages written into it.
    @Test func closedStreamsAreNotTakenByFiles() throws {
        let scratch = try Scratch()
        try scratch.recipe()
        let line = "espalier search --recipe micro.yaml --run demo --set train.batch=65536 <&- >&- 2>&-"
        _ = try Program.run(["-c", line], program: "/bin/bash", in: scratch)
        _ = try Program.run(["-c", "espalier resume demo <&- >&- 2>&-"], program: "/bin/bash", in: scratch)
        if FileManager.default.fileExists(atPath: scratch.folder + "/checkpoints/demo") {
            #expect(try Program.run(["checkpoint", "verify", "demo", "--full"], in: scratch).status == 0)
            let card = try String(contentsOfFile: scratch.folder + "/checkpoints/demo/run.json", encoding: .utf8)
            #expect(!card.contains("error"))
        }
    }

    /// Time zones and languages change neither results nor how a number is written.
    @Test func theEnvironmentChangesNothing() throws {
        let scratch = try Scratch()
        try scratch.recipe()
        var pages: [String] = []
        for (number, environment) in [
            [:], ["LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8", "TZ": "Asia/Kathmandu"],
            ["LC_ALL": "ar_EG.UTF-8", "TZ": "America/St_Johns", "LANGUAGE": "ar"],
            ["LC_NUMERIC": "fr_FR.UTF-8", "TZ": "not/a zone"], ["LC_ALL": "tr_TR.UTF-8", "TZ": ""],
        ].enumerated() {
            let name = "run-\(number)"
            var page = ""
            for line in [
                ["search", "--recipe", "micro.yaml", "--run", name], ["show", name, "--round", "0"],
                ["show", name, "--recipe"], ["explain", name, "111"], ["report", name], ["recipe", "check", "demo"],
                ["space", "show", "deeper-insights"],
            ] {
                let result = try Program.run(line, in: scratch, environment: environment)
                #expect(result.status == 0, "\(environment): \(result.errors)")
                page += result.output
            }
            // Seconds and the machine are of the moment.
            pages.append(
                page.replacing(name, with: "RUN").split(separator: "\n").filter {
                    !$0.contains("second") && !$0.contains(" s") && !$0.contains(/^\| (round|the final|in all)\b/)
                }
                .joined(separator: "\n"))
        }
        for page in pages.dropFirst() { #expect(page == pages[0]) }
        #expect(pages[0].contains("digest ") && !pages[0].contains(/[0-9],[0-9]{4}/))
    }

    private func digest(_ name: String, _ scratch: Scratch) throws -> String? {
        let output = try Program.run(["show", name], in: scratch).output
        #expect(output.hasPrefix("run \(name): DONE"), "\(name): \(output)")
        return output.split(separator: "\n").last { $0.hasPrefix("digest ") }.map(String.init)
    }
}
