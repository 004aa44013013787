import Foundation
import Testing

/// `espalier bench` and the passes, from outside. Nothing here depends on how fast anything is.
extension CommandLineTests {
    private func bench(_ arguments: String..., environment: [String: String] = [:]) throws -> [String: Any] {
        let result = try Program.run(
            ["bench", "--batch", "4", "--repeats", "1", "--threads", "1", "--json"] + arguments, in: Scratch(),
            environment: environment)
        #expect(result.status == 0 && result.errors == "", "\(arguments): \(result.errors)")
        return try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    }

    private func names(_ document: [String: Any]) throws -> [String] {
        try #require(document["rows"] as? [[String: Any]]).compactMap { $0["name"] as? String }
    }

    @Test func benchHasTheRowsAskedFor() throws {
        let document = try bench("--children", "222,434", "--rows", "train,score 434,op dilated 5x5,op head forward")
        #expect(document["schema"] as? String == "espalier.bench/1")
        #expect(Set(document.keys) == ["schema", "machine", "peaks", "rows", "peakBytes"])
        #expect(
            try names(document) == [
                "train 222", "train 434", "score 434", "op dilated 5x5 forward", "op dilated 5x5 backward",
                "op head forward",
            ])
        for row in try #require(document["rows"] as? [[String: Any]]) {
            #expect(
                Set(row.keys) == [
                    "name", "imagesPerSecond", "gflops", "share", "bandwidthShare", "peer", "ratio",
                ])
            #expect((row["imagesPerSecond"] as? Double ?? 0) > 0)
        }
        // Other spaces have no list of all their children; `score all` is the children named.
        let other = try bench("--space", "nas-bench-201", "--children", "321043", "--rows", "train,score all")
        #expect(try names(other) == ["train 321043", "score all"])
    }

    @Test func variantsNameEachPass() throws {
        let rows = try names(bench("--children", "111", "--rows", "variant"))
        #expect(rows.first == "variant base" && rows.contains("variant without collapse"))
        let few = try names(
            bench("--children", "111", "--rows", "variant", environment: ["ESPALIER_PASSES": "collapse"]))
        #expect(few.filter { $0.contains("without") } == ["variant without collapse"])
    }

    @Test func stagesPathsAndLimitsAreDocuments() throws {
        for view in ["stages", "paths"] {
            let document = try bench("--children", "222,333", "--\(view)")
            #expect(document["schema"] as? String == "espalier.bench-\(view)/1")
            let children = try #require(document["children"] as? [[String: Any]])
            #expect(children.compactMap { $0["child"] as? String } == ["222", "333"])
            let paths = try children.map { child in
                Set(try #require(child["stages"] as? [[String: Any]]).compactMap { $0["path"] as? String })
            }
            for path in paths {
                #expect(
                    path.isSuperset(of: ["direct, two convolutions as one", "direct", "depthwise in cache", "OpenBLAS"]
                    ), "\(path)")
            }
        }
        let limits = try bench("--children", "222,333", "--limits")
        #expect(limits["schema"] as? String == "espalier.bench-limits/1")
        #expect((limits["children"] as? [[String: Any]])?.count == 2 && limits["mean"] != nil)
    }

    /// The variable reaches the plans: what is switched off is not there.
    @Test func passesAreSwitchedByTheEnvironment() throws {
        func paths(_ passes: String) throws -> (names: [String], paths: Set<String>) {
            let document = try bench("--children", "222", "--paths", environment: ["ESPALIER_PASSES": passes])
            let children = try #require(document["children"] as? [[String: Any]])
            let stages = try #require(children[0]["stages"] as? [[String: Any]])
            return (
                try #require(document["passes"] as? [String]), Set(stages.compactMap { $0["path"] as? String })
            )
        }
        let (fused, collapsed) = ("depthwise in cache", "direct, two convolutions as one")
        #expect(try paths("none").names == [] && paths("none").paths.isDisjoint(with: [fused, collapsed]))
        let some = try paths("all,-collapse")
        #expect(some.paths.contains(fused) && !some.paths.contains(collapsed))
        #expect(!some.names.contains("collapse") && some.names.contains("separable"))
        // Set to nothing is not set.
        #expect(try paths("").names == paths("all").names && paths("").names.contains("collapse"))
        _ = try bench("--children", "222", "--paths", environment: ["ESPALIER_KERNELS": ""])
    }

    /// A run goes on under the passes it began with, and under no others.
    @Test func aRunKeepsItsPasses() throws {
        let scratch = try Scratch()
        try scratch.recipe(extra: "checkpoint: {every-batches: 1}")
        let without = ["ESPALIER_PASSES": "all,-separable"]
        let search = [
            "search", "--recipe", "micro.yaml", "--run", "demo", "--set",
            "train.optimizer={lr: 1000, weight-decay: 1000}",
        ]
        // It diverges, so it has not ended.
        #expect(try Program.run(search, in: scratch, environment: without).status == 10)
        let other = try Program.run(["resume", "demo"], in: scratch)
        #expect(other.status == 9 && other.errors.contains("passes was "), "\(other.errors)")
        #expect(try Program.run(["resume", "demo"], in: scratch, environment: without).status == 10)
    }
}
