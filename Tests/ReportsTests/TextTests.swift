import Reports
import Testing

@Suite struct TextTests {
    @Test(arguments: [
        (0.12345, 3, "0.123"), (-0.0001, 2, "0.00"), (-0.0, 1, "0.0"), (-1.5, 1, "-1.5"), (.nan, 2, "-"),
        (.infinity, 2, "-"), (2.5, 0, "2"), (1e21, 0, "1000000000000000000000"),
    ])
    func fixedDigits(_ value: Double, _ digits: Int, _ expected: String) {
        #expect(Numbers.fixed(value, digits) == expected)
        #expect(Numbers.fixed(nil, digits) == "-")
    }

    @Test(arguments: [
        (0, "0"), (999, "999"), (1_000, "1,000"), (-1_234_567, "-1,234,567"), (36_612_416, "36,612,416"),
    ])
    func groups(_ value: Int, _ expected: String) { #expect(Numbers.grouped(value) == expected) }

    @Test(arguments: [
        (0, "0"), (999, "999"), (1_000, "1.00 k"), (36_612_416, "36.61 M"), (999_600, "1.00 M"), (123_456, "123.5 k"),
        (20_000_000_000_000, "20.00 T"), (Int.max, "9.22 E"), (-1_500, "-1.50 k"),
    ])
    func scales(_ value: Int, _ expected: String) { #expect(Numbers.scaled(value) == expected) }

    @Test func spreads() {
        #expect(Numbers.spread(0.5, 0.25, count: 2, 3) == "0.500 ± 0.250")
        #expect(Numbers.spread(0.5, 0, count: 1, 3) == "0.500")
        #expect(Numbers.spread(nil, nil, count: 3, 3) == "-")
    }

    @Test func plainTables() {
        let table = Table([.words("name"), .numbers("n"), .words("note")], rows: [["a", "10"], ["long", "7", "x"]])
        #expect(table.plain == "name   n  note\na     10\nlong   7  x\n")
        #expect(Table([.words("alone")]).plain == "alone\n")
    }

    @Test func markdownTables() {
        let table = Table([.words("name"), .numbers("n")], rows: [["a|b", "10"]])
        #expect(table.markdown == "| name |   n |\n| ---- | --: |\n| a\\|b |  10 |\n")
    }

    @Test(arguments: [
        ("\u{1B}[2J", "\\u{1b}[2J"), ("a\nb\r\n\t", "a\\u{a}b\\u{d}\\u{a}\\u{9}"),
        ("\u{202E}x\u{200B}", "\\u{202e}x\\u{200b}"),
        ("\u{2028}\u{7F}\u{9B}", "\\u{2028}\\u{7f}\\u{9b}"), ("Grüße, 日本", "Grüße, 日本"),
    ])
    func controlsAreWrittenOut(_ text: String, _ expected: String) { #expect(plainText(text) == expected) }

    /// Every control, C1 too, and every mark of direction; what is left are the lines.
    @Test func pagesKeepTheirLinesAndNothingElse() {
        let hostile =
            Array(0...0x1F) + Array(0x7F...0x9F) + [0x200E, 0x200F, 0x061C] + Array(0x2028...0x202E)
            + Array(0x2066...0x2069) + [0xFEFF, 0xE0001]
        for value in hostile.compactMap({ Unicode.Scalar(UInt32($0)) }) where value != "\n" {
            #expect(plainLines("a\(value)b\nc") == "a\\u{\(String(value.value, radix: 16))}b\nc")
            #expect(plainText("a\(value)b") == "a\\u{\(String(value.value, radix: 16))}b")
        }
        // CR LF is one character to Swift.
        #expect(plainLines("a\r\nb\n") == "a\\u{d}\nb\n")
        #expect(plainLines("Grüße\n日本\n") == "Grüße\n日本\n")
    }

    @Test func markdownIsTakenLetterByLetter() {
        #expect(markdownText("*a* _b_ `c` <d> [e] |f| \\g") == #"\*a\* \_b\_ \`c\` \<d\> \[e\] \|f\| \\g"#)
        #expect(markdownText("a\u{7}") == #"a\\u{7}"#)
    }
}
