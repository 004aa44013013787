import Foundation
import Foundations
import Testing

@Suite struct StrictJSONTests {
    @Test func readsWhatTheGrammarAllows() throws {
        let text =
            #" {"a": [1, -0.5e+2, 0, "x\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00", true, false, null], "b": {}, "c": []} "#
            + "\n"
        let tree = try StrictJSON.parse(Array(text.utf8))
        #expect(
            tree["a"]
                == .list([
                    .number("1"), .number("-0.5e+2"), .number("0"), .text("x\"\\/\u{8}\u{C}\n\r\té😀"), .flag(true),
                    .flag(false), .null,
                ]))
        #expect(tree["b"] == .object([]) && tree["c"] == .list([]) && tree["d"] == nil)
        #expect(tree["a"]?[0]?.integer == 1 && tree["a"]?[1]?.integer == nil && tree["a"]?[9] == nil)
        let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(throws: Never.self) { try StrictJSON.parse(Array(deep.utf8)) }
    }

    @Test(arguments: [
        ("", "is empty, expected one JSON document"), (" \n", "is empty, expected one JSON document"),
        ("{", "is not JSON: expected a key in quotes, found the end at byte 1"),
        ("[1,]", #"is not JSON: expected a value, found "]" at byte 3"#),
        ("[01]", #"is not JSON: expected ',' or ']', found "1" at byte 2"#),
        ("[.5]", #"is not JSON: expected a value, found "." at byte 1"#),
        ("[1.]", #"is not JSON: expected a digit, found "]" at byte 3"#),
        ("[+1]", #"is not JSON: expected a value, found "+" at byte 1"#),
        ("[-Infinity]", "is not JSON: -Infinity is no number in JSON (write null) at byte 1"),
        ("[-1e999]", "has the number -1e999, which is not finite, at byte 1"),
        ("{'a': 1}", #"is not JSON: expected a key in quotes, found "'" at byte 1"#),
        (#"{"a" 1}"#, #"is not JSON: expected ':', found "1" at byte 5"#),
        (#"{"a": 1, "\u0061": 2}"#, #"has the key "a" twice in one object at byte 9"#),
        (#"["\ud800"]"#, "has half of a surrogate pair at byte 8"),
        (#"["\ud800\u0061"]"#, "has half of a surrogate pair at byte 14"),
        (#"["\x"]"#, #"is not JSON: expected an escape, found "x" at byte 3"#),
        (#"["\u12g4"]"#, #"is not JSON: expected four hexadecimal digits, found "1" at byte 4"#),
        ("[\"a\nb\"]", "has the bare control byte 10 in a text at byte 3"),
        ("{} {}", #"goes on after its one JSON document with "{}" at byte 3"#),
        ("nulll", #"goes on after its one JSON document with "l" at byte 4"#),
        ("// x", #"is not JSON: expected a value, found "/" at byte 0"#),
        ("\u{FEFF}{}", "begins with a byte order mark, expected plain UTF-8"),
    ])
    func refusesEverythingElse(_ text: String, _ problem: String) {
        #expect(throws: StrictJSONError.self) { try StrictJSON.parse(Array(text.utf8)) }
        do { _ = try StrictJSON.parse(Array(text.utf8)) } catch { #expect(error.problem == problem) }
    }

    @Test func refusesOtherEncodings() {
        for (bytes, problem) in [
            (Array("[\"aé".utf8) + [0xFF, 0x22, 0x5D], "is not valid UTF-8 at byte 5"),
            ([0xFF, 0xFE, 0x5B, 0, 0x5D, 0], "is not UTF-8 but looks like UTF-16 or UTF-32"),
            ([0, 0x5B, 0, 0x5D], "is not UTF-8 but looks like UTF-16 or UTF-32"),
            ([0x5B, 0, 0, 0], "is not UTF-8 but looks like UTF-16 or UTF-32"),
        ] {
            do {
                _ = try StrictJSON.parse(bytes)
                Issue.record("\(bytes) was read")
            } catch { #expect(error.problem == problem) }
        }
    }

    /// Foundation's reader takes what this one takes, for every text it was given to refuse or read.
    @Test func whatIsReadFoundationReadsToo() throws {
        for text in [#"{"a": [1, 2.5, "x\u00e9"], "b": null}"#, "[]", "3", #""text""#, "[[[[]]]]", "[1e308, -0]"] {
            _ = try StrictJSON.parse(Array(text.utf8))
            #expect(throws: Never.self) {
                try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
            }
        }
    }

    @Test func bytesAreQuotedForALine() {
        #expect(Array("a\"\\\n\t\u{1B}é".utf8).quoted(upTo: 20) == #""a\"\\\n\t\x1B\xC3\xA9""#)
        #expect(Array("abcdef".utf8).quoted(upTo: 3) == #""abc"..."#)
        #expect([UInt8]().quoted(upTo: 3) == #""""#)
    }
}
