import Foundation
import Testing

/// `--json` prints one document with the promised keys and nothing else, for errors too.
extension CommandLineTests {
    @Test func everyDocumentHasItsKeys() throws {
        let scratch = try Scratch()
        try scratch.recipe()
        try scratch.write("label,gt_mean\n111,0.7\n222,0.8\n333,0.9\n444,0.6\n", to: "truth.csv")
        try scratch.write("step,111,222,333,444\n1,0.1,0.2,0.3,0.4\n2,0.2,0.3,0.4,0.1\n", to: "scores.csv")
        let run = [
            "run", "phase", "seed", "recipe", "digest", "images", "macs", "executedMacs", "storeBytes", "rounds",
            "best", "imagesPerSecond", "wallSeconds",
        ]
        let search = try document("search --recipe micro.yaml --run demo", scratch, run)
        #expect(search["run"] as? String == "demo" && search["phase"] as? String == "DONE")
        let rounds = try list(
            search, "rounds", ["round", "policy", "images", "macs", "survivors", "dropped", "scores"])
        #expect(rounds.count == 2)
        _ = try list(rounds[0], "dropped", ["child", "reason"])
        #expect(try list(rounds[0], "scores", ["child", "score", "rank", "group", "params", "macs"]).count == 64)
        // A finished run says the same again, and so does its page.
        for line in ["resume demo", "show demo"] {
            #expect(try document(line, scratch, run)["digest"] as? String == search["digest"] as? String)
        }
        #expect(try list(document("show demo --round 0", scratch, run), "rounds", ["round"]).count == 1)
        _ = try list(document("runs", scratch), "runs", ["run", "phase", "round", "survivors", "best", "updated"])
        _ = try document(
            "evaluate demo 434 --limit 20", scratch,
            ["run", "child", "bn", "split", "n", "correct", "accuracy", "loss", "round"])
        _ = try list(
            document("checkpoint list demo", scratch, ["run"]), "checkpoints",
            ["seq", "phase", "round", "batch", "bytes", "tags"])
        let verified = try document("checkpoint verify demo --full", scratch, ["run", "records", "bytes"])
        #expect((verified["errors"] as? [Any])?.isEmpty == true)
        let space = try document("space show deeper-insights", scratch, ["space", "count"])
        #expect(try list(space, "children", ["label", "index", "params", "macs", "genotype"]).count == 64)
        _ = try list(document("space list", scratch), "spaces", ["space", "count", "slots", "about"])
        let metrics = try document(
            "metrics --scores scores.csv --truth truth.csv", scratch,
            ["children", "rows", "gtTau", "sTau", "topRank", "spearman"])
        for key in ["gtTau", "spearman"] {
            let figure = try #require(metrics[key] as? [String: Any])
            #expect(Set(["perRow", "mean", "std"]).isSubset(of: figure.keys))
        }
        let top = try #require(metrics["topRank"] as? [String: [String: Any]])
        #expect(["1", "3"].allSatisfy { top[$0]?["perRow"] != nil && top[$0]?["mean"] != nil })
        _ = try document("recipe check micro.yaml", scratch, ["ok", "recipe"])
        _ = try document("data verify synthetic", scratch, ["set", "parts"])
    }

    @Test func aComparisonIsADocument() throws {
        let scratch = try Scratch()
        try scratch.recipe()
        let labels = (0..<64).map { "\($0 / 16 + 1)\($0 / 4 % 4 + 1)\($0 % 4 + 1)" }
        let rows = labels.enumerated().map { "\($1),\(0.5 + Double($0 * 37 % 64) / 200)\n" }.joined()
        try scratch.write("label,gt_mean\n" + rows, to: "truth.csv")
        let line = "compare --name pair --arms micro.yaml --seeds 0,1 --truth truth.csv --without max_pool_3x3"
        let comparison = try document(line, scratch, ["name"])
        let arms = try list(comparison, "arms", ["name", "seeds"])
        #expect(arms.compactMap { $0["name"] as? String } == ["micro", "uniform", "uniform-star"])
        let seeds = try list(
            arms[0], "seeds", ["seed", "images", "macs", "best", "truthRank", "truthMean", "gtTau", "topRank"])
        #expect(seeds.compactMap { $0["seed"] as? Int } == [0, 1])
        // The same command finds everything done.
        let again = try document(line, scratch, ["name"])
        #expect(NSDictionary(dictionary: again).isEqual(to: comparison))
        // A comparison reports like a run.
        let report = try Program.run(["report", "pair", "--truth", "truth.csv"], in: scratch)
        #expect(report.status == 0 && report.output.contains("uniform"))
        let files = try Program.run(
            ["report", "pair", "--out", "pages/pair.html", "--out", "pair.csv", "--out", "pair.json"], in: scratch)
        #expect(files.status == 0 && files.output.isEmpty && files.errors.contains("report: pages/pair.html\n"))
        #expect(try scratch.read("pages/pair.html").hasPrefix("<!DOCTYPE html>\n"))
        #expect(try scratch.read("pair.csv").split(separator: "\n").count == 7)
        #expect(try scratch.read("pair.json").contains("espalier.compare/1"))
        // Watching what has ended writes it once and leaves; the page does not look again.
        let watched = try Program.run(["report", "pair.micro.s0", "--watch"], in: scratch)
        #expect(watched.status == 0 && watched.errors.contains("report: reports/pair.micro.s0.html"))
        #expect(try !scratch.read("reports/pair.micro.s0.html").contains("http-equiv"))
        let other = try Program.run(["report", "pair", "--out", "pair.pdf"], in: scratch)
        #expect(other.status == 2 && other.errors.contains("expected one of .html, .md, .csv, .json"))
    }

    @Test(arguments: [
        ("show nothing", 2), ("serch", 2), ("search --bogus", 2), ("search --recipe micro.yaml --set train.batch=x", 3),
        ("search --recipe cifar10-smoke", 4), ("compare --arms nowhere.yaml", 2), ("report nothing", 2),
    ])
    func everyErrorIsADocument(line: String, status: Int32) throws {
        let scratch = try Scratch()
        try scratch.recipe()
        let result = try Program.run((line + " --json").split(separator: " ").map(String.init), in: scratch)
        #expect(result.status == status && result.errors == "")
        let document = try #require(parsed(result.output))
        #expect(document["schema"] as? String == "espalier.error/1")
        let error = try #require(document["error"] as? [String: Any])
        #expect(Set(error.keys) == ["code", "kind", "message", "hint"])
        #expect(error["code"] as? Int == Int(status))
    }

    /// Runs a verb with `--json` and checks that its document has these keys.
    private func document(_ line: String, _ scratch: Scratch, _ keys: [String] = []) throws -> [String: Any] {
        let result = try Program.run((line + " --json").split(separator: " ").map(String.init), in: scratch)
        #expect(result.status == 0, "\(line): \(result.errors)")
        let document = try #require(parsed(result.output), "\(line): \(result.output.prefix(200))")
        #expect(missing(["schema"] + keys, in: document) == [], "\(line)")
        #expect((document["schema"] as? String)?.wholeMatch(of: /espalier\.[a-z-]+\/[0-9]+/) != nil, "\(line)")
        return document
    }

    /// The objects of a list, each of which has these keys.
    private func list(_ document: [String: Any], _ key: String, _ keys: [String]) throws -> [[String: Any]] {
        let items = try #require(document[key] as? [[String: Any]], "\(key)")
        #expect(!items.isEmpty, "\(key)")
        for item in items { #expect(missing(keys, in: item) == [], "\(key)") }
        return items
    }

    private func missing(_ keys: [String], in document: [String: Any]) -> [String] {
        keys.filter { document[$0] == nil }
    }

    private func parsed(_ text: String) -> [String: Any]? {
        (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any]
    }
}
