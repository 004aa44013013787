import Foundations
import Testing

/// The message of whatever `body` throws, or nil.
func complaint(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch let error as any Complaint {
        return error.message
    } catch {
        return "not a Complaint: \(error)"
    }
}

@Suite struct StrictYAMLTests {
    @Test(arguments: [
        ("", "x.yaml: the file is empty"),
        ("# only a comment\n", "x.yaml: the file is empty"),
        ("a: 1\na: 2\n", "x.yaml:1: the key 'a' is given twice"),
        ("a: 1\n\"a\": 2\n", "x.yaml:1: the key 'a' is given twice"),
        ("a: 1\n---\nb: 2\n", "x.yaml:2: a second document starts here, expected one"),
        ("a: !!int 3\n", "x.yaml:1: a: tags such as tag:yaml.org,2002:int are not supported"),
        ("a: !!str 3\n", "x.yaml:1: a: tags such as tag:yaml.org,2002:str are not supported"),
        ("a: [1, 2\n", "x.yaml:2: not YAML: did not find expected ',' or ']'"),
        ("a: *b\n", "x.yaml:1: not YAML: found undefined alias"),
        ("a: 1\nb: \0\n", "x.yaml:2: a control character (byte 0)"),
        ("? [a, b]\n: 1\n", "x.yaml:1: a key must be plain text"),
        ("a: &a [x]\n? *a\n: 1\n", "x.yaml:2: aliases together with keys that are aliases or collections"),
        ("a: &a [x]\n*a : 1\n", "x.yaml:2: aliases together with keys that are aliases or collections"),
        (
            String(repeating: "[", count: 65) + String(repeating: "]", count: 65),
            "x.yaml:1: nested deeper than 64 levels"
        ),
        (
            String(repeating: "[", count: 20_000),
            "x.yaml:1: not YAML: Maximum nesting level reached, set with yaml_set_max_nest_level())"
        ),
        ("a: " + String(repeating: "x", count: 1 << 20), "x.yaml: the file is larger than 1 MiB"),
        (String(repeating: "- 1\n", count: 10_000), "x.yaml:10000: more than 10000 values (aliases expanded)"),
        (String(repeating: "- *a\n", count: 257), "x.yaml:257: more than 256 aliases"),
    ])
    func `a malformed text is refused`(text: String, message: String) {
        #expect(complaint { _ = try StrictYAML.parse(text, path: "x.yaml") } == message)
    }

    @Test func `an alias bomb is refused quickly`() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for i in 1...30 {
            text += "a\(i): &a\(i) [" + Array(repeating: "*a\(i - 1)", count: 8).joined(separator: ", ") + "]\n"
        }
        let message = complaint { _ = try StrictYAML.parse(text, path: "x.yaml") }
        #expect(message == "x.yaml:1: more than 10000 values (aliases expanded)")
    }

    @Test func `odd encodings are refused`() {
        func message(_ bytes: [UInt8]) -> String? {
            complaint { _ = try StrictYAML.parse(bytes: bytes, path: "x.yaml") }
        }
        #expect(message([0xFF, 0xFE, 0x61, 0]) == "x.yaml: the file is UTF-16, expected UTF-8")
        #expect(message([0x61, 0x3A, 0x20, 0xC3]) == "x.yaml: the file is not UTF-8 text")
        #expect(message([0xEF, 0xBB, 0xBF] + Array("a: 1\n".utf8)) == nil)
    }

    @Test func `readers name file, line, path and the nearest key`() {
        func read(_ text: String) -> String? {
            complaint {
                var map = try StrictYAML.parse(text, path: "recipes/x.yaml").mapping()
                _ = try map.whole("seed", in: 0...UInt64.max, default: 0)
                if var train = try map.optional("train")?.mapping() {
                    _ = try train.double("lr", in: 0...10, default: 0.025)
                    _ = try train.name("sampling", among: ["uniform", "fair"], default: "fair")
                    _ = try train.list("milestones").map { try $0.int(in: 1...9) }
                    try train.finish()
                }
                try map.finish()
            }
        }
        #expect(
            read("seed: 1:30\n") == """
                recipes/x.yaml:1: seed: expected a whole number from 0 to 18446744073709551615, found '1:30'
                """)
        #expect(
            read("train:\n  lrr: 1\n  milestones: []\n") == """
                recipes/x.yaml:2: train.lrr: unknown key; did you mean 'lr'?
                """)
        #expect(
            read("train:\n  lr: .inf\n") == """
                recipes/x.yaml:2: train.lr: expected a number from 0 to 10, found '.inf'
                """)
        #expect(read("seed: 1\ntrain: {}\n") == "recipes/x.yaml:2: train: the key 'milestones' is missing")
        #expect(
            read("train: {milestones: [1, 10]}\n") == """
                recipes/x.yaml:1: train.milestones.1: expected a whole number from 1 to 9, found '10'
                """)
        #expect(
            read("train: {sampling: unifrom}") == """
                recipes/x.yaml:1: train.sampling: unknown name 'unifrom'; did you mean 'uniform'?
                """)
        #expect(read("train: [1]\n") == "recipes/x.yaml:1: train: expected a mapping, found a list")
        #expect(
            read("seed:\n") == """
                recipes/x.yaml:1: seed: expected a whole number from 0 to 18446744073709551615, found nothing
                """)
        #expect(
            read("seed: \"3\"\n") == """
                recipes/x.yaml:1: seed: expected a whole number from 0 to 18446744073709551615, found the text "3"
                """)
    }

    @Test(arguments: [
        "010", "0x10", "0o17", "1_000", "1:30", "1.0", "1e3", "+1", "-0", "\"1\"", "'1'", "~", "", "true", "one", "١",
        "9223372036854775808", "[1]", "{}", "--1", "-",
    ])
    func `only plain whole numbers are whole numbers`(text: String) {
        let message = complaint { _ = try StrictYAML.parse("[\(text), x]", path: "x").list()[0].int() }
        #expect(message != nil)
    }

    @Test(arguments: [
        ".5", "1.", "+1", "0x1p3", "1e", "1e400", "-1e400", ".inf", "-.inf", ".nan", "nan", "inf", "1_0.0", "01.5",
        "\"1.5\"", "1:30.5", "1.5f",
    ])
    func `only finite plain decimals are numbers`(text: String) {
        let message = complaint { _ = try StrictYAML.parse("[\(text)]", path: "x").list()[0].double() }
        #expect(message?.hasPrefix("x:1: 0: expected a finite number, found") == true)
    }

    @Test(arguments: [("0", 0.0), ("-0.5", -0.5), ("1.0e-3", 1e-3), ("1E5", 1e5), ("-7", -7), ("0.1", 0.1)])
    func `plain decimals read exactly`(text: String, value: Double) throws {
        #expect(try StrictYAML.parse("[\(text)]", path: "x").list()[0].double() == value)
    }

    @Test(arguments: ["yes", "no", "on", "True", "TRUE", "1", "\"true\"", "y"])
    func `only true and false are truth values`(text: String) {
        let message = complaint { _ = try StrictYAML.parse("[\(text)]", path: "x").list()[0].bool() }
        #expect(message?.hasPrefix("x:1: 0: expected true or false, found") == true)
    }

    @Test func `a file that cannot be read leaves with status 2`() {
        #expect(
            throws: YAMLError(
                mark: YAMLMark(source: "/no/such", line: 0), problem: "no such file", exitCode: .usage)
        ) { try StrictYAML.load(path: "/no/such") }
        #expect(complaint { _ = try StrictYAML.load(path: "/") } == "/: expected a regular file, found a folder")
        #expect(
            complaint { _ = try StrictYAML.load(path: "/dev/zero") }
                == "/dev/zero: expected a regular file, found a device")
    }

    /// Just below, at and just above every limit.
    @Test func `limits are exact`() {
        func passes(_ text: String) -> Bool { complaint { _ = try StrictYAML.parse(text, path: "x") } == nil }
        func times(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
        for (extra, isFine) in [(-1, true), (0, true), (1, false)] {
            #expect(passes("a: " + times("x", StrictYAML.byteLimit - 3 + extra)) == isFine, "bytes \(extra)")
            let depth = StrictYAML.depthLimit + extra
            #expect(passes(times("[", depth) + times("]", depth)) == isFine, "depth \(extra)")
            // The list itself is one of them.
            #expect(passes(times("- 1\n", StrictYAML.nodeLimit - 1 + extra)) == isFine, "nodes \(extra)")
            let aliases = StrictYAML.aliasLimit + extra
            #expect(passes("- &a 1\n" + times("- *a\n", aliases)) == isFine, "aliases \(extra)")
            #expect(passes(times("k", 256 + extra) + ": 1\n") == isFine, "key \(extra)")
        }
        // 100 aliases of 98 values, their list and themselves: aliases count with what they stand for.
        let block = "- &a [" + times("1, ", 97) + "1]\n"
        #expect(passes(block + times("- *a\n", 99)))
        #expect(!passes(block + times("- *a\n", 101)))
    }
}
