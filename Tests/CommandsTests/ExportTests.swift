import Foundation
import Testing

/// What `checkpoint export` writes, read with nothing of ours.
extension CommandLineTests {
    /// A safetensors file: its header, and a tensor's bytes.
    private struct File {
        let metadata: [String: String]
        let shapes: [String: [Int]]
        let types: [String: String]
        let bytes: [String: Data]

        init(_ path: String) throws {
            let data = try Data(contentsOf: URL(filePath: path))
            let length = data.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
            let parsed = try JSONSerialization.jsonObject(with: data[8..<8 + length])
            var header = try #require(parsed as? [String: [String: Any]])
            metadata = try #require(header.removeValue(forKey: "__metadata__") as? [String: String])
            shapes = header.compactMapValues { $0["shape"] as? [Int] }
            types = header.compactMapValues { $0["dtype"] as? String }
            bytes = header.compactMapValues { entry in
                (entry["data_offsets"] as? [Int]).map { data[8 + length + $0[0]..<8 + length + $0[1]] }
            }
        }
    }

    @Test(arguments: ["{mode: all}", "{mode: prefix, cells: 0}"])
    func aGroupHoldsWhatItsChildrenHave(sharing: String) throws {
        let scratch = try Scratch()
        try scratch.recipe(extra: "sharing: \(sharing)")
        let rounds = "rounds=[{at: 0.5, regroup: \(sharing.contains("all") ? "{by: similarity, count: 2}" : "none")}]"
        let search = ["search", "--recipe", "micro.yaml", "--run", "demo", "--set", rounds]
        let run = try Program.run(search + ["--set", "train.budget.steps=200", "--set", "score.on=train"], in: scratch)
        #expect(run.status == 0, "\(run.errors)")
        func export(_ more: [String]) throws -> File {
            let result = try Program.run(
                ["checkpoint", "export", "demo", "--out", "w.safetensors"] + more, in: scratch)
            try #require(result.status == 0, "\(result.errors)")
            return try File(scratch.folder + "/w.safetensors")
        }
        let group = try export(["--group", "1"])
        #expect(group.metadata["group"] == "1" && group.metadata["bn"] == "running")
        let others = ["space", "run", "round", "groups", "children"]
        #expect(others.allSatisfy { group.metadata[$0] != nil })
        #expect(group.types["net.stem.1.num_batches_tracked"] == "I64")
        let children = try #require(group.metadata["children"]).split(separator: ",")
        #expect(!children.isEmpty)
        for child in children.prefix(4) {
            let alone = try export(["--child", String(child)])
            #expect(!alone.bytes.isEmpty)
            #expect(
                alone.bytes.allSatisfy {
                    group.bytes[$0.key] == $0.value && group.shapes[$0.key] == alone.shapes[$0.key]
                })
        }
        // The other group has learnt other weights, but for what is common.
        let other = try export(["--group", "0"])
        #expect(Set(other.bytes.keys) == Set(group.bytes.keys))
        let linear = "net.linear.weight"
        #expect(other.bytes[linear] != group.bytes[linear])
        #expect((other.bytes["net.stem.0.weight"] == group.bytes["net.stem.0.weight"]) == sharing.contains("prefix"))
        let wrong = try Program.run(
            ["checkpoint", "export", "demo", "--group", "999", "--out", "x"], in: scratch)
        #expect(wrong.status == 2 && wrong.errors.hasPrefix("error: demo: no group 999, expected 0 to "))
    }

    @Test func theHistoryIsOneDocument() throws {
        let scratch = try Scratch()
        try scratch.search()
        let result = try Program.run(
            ["checkpoint", "export", "demo", "--history", "--out", "deep/er/h.json"], in: scratch)
        #expect(result.status == 0 && result.output == "")
        let data = try Data(contentsOf: URL(filePath: scratch.folder + "/deep/er/h.json"))
        let history = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(history["schema"] as? String == "espalier.history/1" && history["phase"] as? String == "DONE")
        let recipe = try #require(history["recipe"] as? String)
        try scratch.write(recipe, to: "again.yaml")
        #expect(try Program.run(["recipe", "check", "again.yaml"], in: scratch).status == 0)
        let rounds = try #require(history["rounds"] as? [[String: Any]])
        #expect(rounds.count == 2 && (rounds[0]["scores"] as? [Any])?.count == 64)
        #expect((rounds[0]["decision"] as? [String: Any])?["policy"] as? String == "keep-fraction")
        let series = try #require(history["metrics"] as? [[String: Any]])
        let loss = try #require(series.first { $0["series"] as? String == "train.loss" })
        let steps = try #require(loss["steps"] as? [Int])
        #expect(steps == Array(0..<steps.count) && (loss["values"] as? [Double])?.count == steps.count)
        let checkpoints = try #require(history["checkpoints"] as? [[String: Any]])
        let end = try #require(checkpoints.last)
        #expect(end["isRoundEnd"] as? Bool == true && end["digest"] as? String == history["digest"] as? String)
        #expect(end["batch"] as? Int == steps.count && (end["blobs"] as? [Any])?.isEmpty == false)
        #expect((history["events"] as? [Any])?.isEmpty == false)
    }

    @Test(arguments: ["--child 111 --group 0", "--group 0 --history", "--child 111 --history"])
    func oneThingIsExported(flags: String) throws {
        let scratch = try Scratch()
        let line = "checkpoint export demo --out x \(flags)"
        let result = try Program.run(line.split(separator: " ").map(String.init), in: scratch)
        #expect(result.status == 2 && result.errors.contains("expected one of --child, --group and --history"))
    }

    @Test func aFileIsReplacedWholeOrNotAtAll() throws {
        let scratch = try Scratch()
        try scratch.search()
        try scratch.write("old", to: "real")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: scratch.folder + "/real")
        try FileManager.default.createSymbolicLink(
            atPath: scratch.folder + "/link", withDestinationPath: "real")
        // Files of more than 32 KiB are refused.
        let export = "espalier checkpoint export demo --group 0 --out link"
        let full = try Program.run(
            ["-c", "trap '' XFSZ; ulimit -f 32; exec \(export)"], program: "/bin/bash", in: scratch)
        #expect(full.status == 11 && full.errors.hasPrefix("error: link: cannot be written: "))
        #expect(try String(contentsOfFile: scratch.folder + "/real", encoding: .utf8) == "old")
        let left = try FileManager.default.contentsOfDirectory(atPath: scratch.folder)
        #expect(!left.contains { $0.hasSuffix(".part") })
        #expect(try Program.run(["-c", export], program: "/bin/bash", in: scratch).status == 0)
        let written = try FileManager.default.attributesOfItem(atPath: scratch.folder + "/real")
        #expect(written[.posixPermissions] as? Int == 0o600 && written[.size] as? Int ?? 0 > 4096)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: scratch.folder + "/link") == "real")
        // What is no file is written to.
        let device = try Program.run(
            ["checkpoint", "export", "demo", "--history", "--out", "/dev/stdout"], in: scratch)
        #expect(device.status == 0 && device.output.hasPrefix("{"))
        let nowhere = try Program.run(
            ["checkpoint", "export", "demo", "--history", "--out", "/dev/full"], in: scratch)
        #expect(nowhere.status == 11)
    }
}
