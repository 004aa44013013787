import Foundations
import Testing

@Suite struct StrictYAMLTextTests {
    @Test func `canonical text is block style with quotes where needed`() throws {
        let node = try StrictYAML.parse(
            """
            a: {b: [1, "2", {c: 1.50, d: 'x'}], e: [], f: {}}   # comment
            "0->1": ["true", true, "a: b", '', ~, [[x]]]
            """, path: "x")
        #expect(
            node.text == """
                a:
                  b:
                    - 1
                    - "2"
                    - c: 1.50
                      d: x
                  e: []
                  f: {}
                "0->1":
                  - "true"
                  - true
                  - "a: b"
                  - ""
                  - null
                  - - - x

                """)
        #expect(try StrictYAML.parse(node.text, path: "y") == node)
    }

    @Test func `random trees survive their text`() throws {
        let pieces = [
            "a", "Z", "_", "-", ":", " ", "#", "\"", "'", "\\", "\n", "\t", "[", "}", ",", "&", "!", "|", ">", "%", "@",
            "`", "?", "0", "1", ".", "e", "é", "漢", "\u{1F600}", "\u{85}", "\u{2028}", "\u{9B}", "\u{202E}",
            "\u{200E}", "\u{2066}", "\u{E0001}", "\u{A0}", "null", "true", "~", "=",
        ]
        for lane in 0..<2_000 {
            var stream = RandomStream(seed: 1, purpose: .test, lane: lane)
            func word() -> String { (0..<stream.below(6)).map { _ in pieces[stream.below(pieces.count)] }.joined() }
            func tree(_ depth: Int) -> YAMLTree {
                let mark = YAMLMark(source: "random", line: 0)
                switch stream.below(depth > 3 ? 1 : 3) {
                case 1: return YAMLTree(.list((0..<stream.below(4)).map { _ in tree(depth + 1) }), mark: mark)
                case 2:
                    let keys = Set((0..<stream.below(4)).map { _ in word() }).sorted()
                    let entries = keys.map { YAMLTree.Entry(key: $0, keyMark: mark, value: tree(depth + 1)) }
                    return YAMLTree(.mapping(entries), mark: mark)
                default: return .text(word())
                }
            }
            let root = YAMLTree(.list([tree(0)]), mark: YAMLMark(source: "random", line: 0))
            #expect(try StrictYAML.parse(root.text, path: "x").tree == root, "\(root.text)")
        }
    }

    /// What `recipe check` prints can be read and typed, whatever was hidden in the recipe.
    @Test func `hidden characters are spelt out`() throws {
        let hidden = "a\u{202E}b\u{200E}\u{9B}\u{E0001}"
        let tree = YAMLTree.text(hidden)
        #expect(tree.text == #""a\u202Eb\u200E\u009B\U000E0001""# + "\n")
        #expect(try StrictYAML.parse(tree.text, path: "x").string() == hidden)
    }

    @Test func `a value is set by its dotted path`() throws {
        let node = try StrictYAML.parse("train: {lr: 0.1}\nrounds: [{at: 0.5}]\npolicy: keep\n", path: "x.yaml")
        #expect(try node.setting("train.lr=0.2").text == "train:\n  lr: 0.2\nrounds:\n  - at: 0.5\npolicy: keep\n")
        #expect(try node.setting("rounds.0.at=0.7").value(at: "rounds.0.at")?.double() == 0.7)
        #expect(try node.setting("rounds.1.at=0.9").value(at: "rounds.1.at")?.double() == 0.9)
        #expect(try node.setting("a.b.c={by: random, count: 2}").value(at: "a.b.c.count")?.int() == 2)
        #expect(try node.setting("policy=x=y").value(at: "policy")?.string() == "x=y")
        #expect(try node.setting("train=").value(at: "train")?.isNull == true)
        #expect(node.value(at: "rounds.7.at") == nil && node.value(at: "policy.keep") == nil)
    }

    @Test(arguments: [
        ("lr", "--set lr: expected path.to.key=value"),
        ("a..b=1", "--set a..b=1: a..b: a path has an empty part"),
        ("=1", "--set =1: a path has an empty part"),
        ("policy.keep=0.5", "--set policy.keep=0.5: policy.keep: 'policy' is 'keep', expected a mapping"),
        ("rounds.9.at=1", "--set rounds.9.at=1: rounds.9: expected an item number from 0 to 1, found '9'"),
        ("train.lr=[1", "--set train.lr=[1: not YAML: did not find expected ',' or ']'"),
    ])
    func `an assignment that does not fit is refused`(assignment: String, message: String) throws {
        let node = try StrictYAML.parse("train: {lr: 0.1}\nrounds: [{at: 0.5}]\npolicy: keep\n", path: "x.yaml")
        let found = complaint { _ = try node.setting(assignment) }
        #expect(found == message)
    }

    @Test func `an error after setting names the flag`() throws {
        let node = try StrictYAML.parse("train: {lr: 0.1}", path: "x.yaml").setting("train.lr=fast")
        let message = complaint { _ = try node.value(at: "train.lr")?.double(in: 0...10) }
        #expect(message == "--set train.lr=fast: train.lr: expected a number from 0 to 10, found 'fast'")
    }
}
