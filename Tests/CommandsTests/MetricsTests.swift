import Foundation
import Testing

/// What `metrics` prints, and what it refuses.
extension CommandLineTests {
    @Test func metricsReadWell() throws {
        let scratch = try tables()
        var text = ""
        for line in [
            "metrics --scores scores.csv --truth truth.csv --without max_pool_3x3 --inside best=@best.txt --last 2",
            "metrics --scores steps.csv --truth plain.csv --top-k 1,2 --top-n 2 --rbo-p 0.5 --level 0.9",
            "metrics --scores ours.csv --truth truth.csv --common --inside best=434,333",
            "metrics --scores other.csv --truth other.csv --scores-column gt_std --truth-runs 4",
        ] {
            let result = try Program.run(line.split(separator: " ").map(String.init), in: scratch)
            #expect(result.status == 0 && result.errors == "")
            text += "$ espalier \(line)\n\(result.output)\n"
        }
        try expectGolden(text, "metrics")
    }

    @Test func metricsRefuse() throws {
        var transcript = Transcript(try tables())
        for options in [
            "ours.csv", "scores.csv --inside best", "scores.csv --inside best=", "scores.csv --inside best=434,",
            "scores.csv --inside best=434,534", "scores.csv --inside best=434,434",
            "scores.csv --inside best=@none.txt",
            "scores.csv --inside a=434 --inside a=333", "scores.csv --without max_pool", "scores.csv --top-k 0",
            "scores.csv --top-k 1,", "scores.csv --top-k 7", "scores.csv --top-n 0", "scores.csv --top-n 7",
            "scores.csv --rbo-p 1",
            "scores.csv --last 0", "scores.csv --level 95",
            "scores.csv --truth-runs 1", "scores.csv --sparse-step -0.1", "scores.csv --space nas-bench-201",
            "other.csv --common", "many.csv",
        ] { try transcript.add("metrics --truth truth.csv --scores " + options) }
        try expectGolden(transcript.text, "metrics-errors")
    }

    /// Numbers whose differences or squares are not finite are refused in a truth; of scores only the order counts.
    @Test func metricsOfExtremeNumbers() throws {
        let scratch = try Scratch()
        for (name, large) in [("large", "1e308"), ("fine", "1e100")] {
            try scratch.write(
                "label,gt_mean,gt_std,gt_runs\na,\(large),\(large),2\nb,-\(large),0,2\nc,0,1e-320,9\n",
                to: name + ".csv")
        }
        try scratch.write("a,b,c\n" + String(repeating: "1e308,-1e308,5e-324\n", count: 7), to: "scores.csv")
        for options in ["", " --json"] {
            for (name, status) in [("large", Int32(2)), ("fine", 0)] {
                let line = "metrics --scores scores.csv --truth \(name).csv" + options
                let result = try Program.run(line.split(separator: " ").map(String.init), in: scratch)
                #expect(result.status == status, "\(line): \(result.errors)")
            }
        }
    }

    private func tables() throws -> Scratch {
        let scratch = try Scratch()
        try scratch.write(
            "label,gt_mean,gt_std,gt_runs\n111,70.14,0.38,10\n222,83.30,0.46,10\n333,84.73,0.39,10\n"
                + "423,84.76,0.49,10\n434,85.16,0.34,10\n144,82.12,0.42,10\n", to: "truth.csv")
        try scratch.write("label,gt_mean\n111,0.70\n222,0.83\n333,0.85\n434,0.86\n", to: "plain.csv")
        try scratch.write(
            "111,222,333,423,434,144\n0.31,0.42,0.40,0.47,0.45,0.46\n0.35,0.47,0.49,0.48,0.50,0.47\n"
                + "0.30,0.44,0.46,0.41,0.47,0.48\n0.33,0.46,0.44,0.45,0.48,0.49\n0.32,0.41,0.47,0.46,0.45,0.48\n"
                + "0.34,0.45,0.46,0.43,0.49,0.47\n", to: "scores.csv")
        try scratch.write("step,434,333,222,111\n100,0.45,0.40,0.42,0.31\n200,0.48,0.49,0.47,0.35\n", to: "steps.csv")
        try scratch.write("label,gt_mean\n434,71.2\n111,60.1\n333,70.9\n244,70.0\n", to: "ours.csv")
        try scratch.write("label,gt_mean,gt_std\nred,1,3\ngreen,2,1\nblue,3,2\n", to: "other.csv")
        try scratch.write("# the best\n434\n\n423\n333\n", to: "best.txt")
        try scratch.write(
            "111,222,333,423,434,144\n" + String(repeating: "1,2,3,4,5,6\n", count: 1_001), to: "many.csv")
        return scratch
    }
}
