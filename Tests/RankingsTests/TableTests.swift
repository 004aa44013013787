import Foundations
import Rankings
import Testing

private func message(_ body: () throws -> Void) -> String {
    do { try body() } catch let error as RankingsError { return error.description } catch { return "\(error)" }
    return "no error"
}

@Suite struct TableTests {
    @Test func readsATruth() throws {
        let text =
            "\u{FEFF}index,label,gt_mean,gt_std,gt_runs,other\r\n0, 111 ,0.7,0.01,10,a\r\n1,112,8e-1,0.02,10,\r\n\r\n"
        let truth = try TruthTable(csv: text, path: "t.csv")
        #expect(truth.labels == ["111", "112"])
        #expect(truth.means == [0.7, 0.8])
        #expect(truth.stds == [0.01, 0.02])
        #expect(truth.runs == [10, 10])
        #expect(truth["112"] == 0.8)
        #expect(truth["999"] == nil)
        #expect(try TruthTable(csv: "acc,label\n3,a\n", path: "t.csv", column: "acc").means == [3])
    }

    @Test(arguments: [
        ("", "t.csv:1: expected a header line, found an empty file"),
        ("\n\n", "t.csv:1: expected a header line, found an empty file"),
        (
            "label,acc\na,1\n",
            "t.csv:1: expected a column gt_mean, found \"label\", \"acc\""
        ),
        (
            "label,gt_men\na,1\n",
            "t.csv:1: expected a column gt_mean, found \"label\", \"gt_men\" (did you mean gt_men?)"
        ),
        ("label,label,gt_mean\na,b,1\n", "t.csv:1: columns given twice: \"label\""),
        ("label,gt_mean\n", "t.csv:2: expected a row for each child, found none"),
        ("label,gt_mean\na,1\nb\n", "t.csv:3: expected 2 fields as in the header, found 1"),
        ("label,gt_mean\n\na,1\n", "t.csv:2: expected 2 fields, found an empty line"),
        ("label,gt_mean\na,1\na,2\n", "t.csv:3: child \"a\" stands in line 2 already"),
        ("label,gt_mean\n,1\n", "t.csv:2: expected a label, found an empty field"),
        ("label,gt_mean\na,nan\n", "t.csv:2: gt_mean: expected a finite number, found \"nan\""),
        ("label,gt_mean\na,0x1p3\n", "t.csv:2: gt_mean: expected a finite number, found \"0x1p3\""),
        ("label,gt_mean\na,1e999\n", "t.csv:2: gt_mean: expected a finite number, found \"1e999\""),
        ("label,gt_mean,gt_runs\na,1,0\n", "t.csv:2: gt_runs: expected a whole number above 0, found \"0\""),
        ("label,gt_mean\n\"a\",1\n", "t.csv:2: found a quote (write fields without quotes)"),
    ])
    func refusesATruth(_ text: String, _ expected: String) {
        #expect(message { _ = try TruthTable(csv: text, path: "t.csv") } == expected)
    }

    @Test func readsScores() throws {
        let table = try ScoreTable(csv: "step,a,b\n10,0.5,1\n20,-1,2\n", path: "s.csv")
        #expect(table.children == ["a", "b"])
        #expect(table.steps == [10, 20])
        #expect(table.rows == [[0.5, 1], [-1, 2]])
        #expect(try ScoreTable(csv: "a\n1", path: "s.csv").steps == nil)
    }

    @Test(arguments: [
        ("step\n1\n", "s.csv:1: expected labels of children after step, found none"),
        ("a,a\n1,2\n", "s.csv:1: children given twice: \"a\""),
        ("a,\n1,2\n", "s.csv:1: expected a label, found an empty field"),
        ("a,b\n", "s.csv:2: expected a row of scores, found none"),
        ("a,b\n1,\n", "s.csv:2: child b: expected a finite number, found \"\""),
        ("step,a\n1.5,2\n", "s.csv:2: step: expected a whole number from 0, found \"1.5\""),
        ("a,b\n1,2,3\n", "s.csv:2: expected 2 fields as in the header, found 3"),
    ])
    func refusesScores(_ text: String, _ expected: String) {
        #expect(message { _ = try ScoreTable(csv: text, path: "s.csv") } == expected)
    }

    @Test func matchesChildrenByName() throws {
        let truth = try TruthTable(labels: ["a", "b", "c"], means: [1, 2, 3])
        let scores = try ScoreTable(children: ["c", "a", "b"], rows: [[30, 10, 20]])
        #expect(try scores.rows(inOrderOf: truth) == [[10, 20, 30]])
        let missing = try ScoreTable(children: ["c"], rows: [[30]])
        #expect(
            message { _ = try missing.rows(inOrderOf: truth) }
                == "children without scores: \"a\", \"b\" (the scores need a column for each child of the truth; "
                + "--common judges among those that both have)")
        let unknown = try ScoreTable(children: ["c", "a", "b", "bb"], rows: [[1, 2, 3, 4]])
        #expect(
            message { _ = try unknown.rows(inOrderOf: truth) }
                == "children without a truth: \"bb\" (did you mean b?)")
    }
}
