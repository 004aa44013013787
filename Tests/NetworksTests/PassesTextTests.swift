import Networks
import Testing

@Suite struct PassesTextTests {
    @Test func aListIsReadFromLeftToRight() throws {
        let cases: [(String?, Passes)] = [
            (nil, .all), ("all", .all), ("none", []), ("norm-on-load", .normOnLoad),
            ("norm-on-load, relu-on-load", [.normOnLoad, .reluOnLoad]),
            ("all,-collapse", Passes.all.subtracting(.collapse)), ("-collapse", Passes.all.subtracting(.collapse)),
            ("-collapse,-separable", Passes.all.subtracting([.collapse, .separable])),
            ("separable,none,collapse", .collapse), ("none,separable,-separable", []),
        ]
        for (text, passes) in cases { #expect(try Passes(named: text) == passes, "\(text ?? "nil")") }
    }

    /// Every pass by its name alone, and every set by the names it prints.
    @Test func namesLeadBack() throws {
        #expect(Passes.table.reduce(into: []) { $0.formUnion($1.pass) } == Passes.all)
        for (name, pass) in Passes.table { #expect(try Passes(named: name) == pass) }
        for raw in 1..<1 << Passes.table.count {
            let passes = Passes(rawValue: raw)
            #expect(try Passes(named: passes.names.joined(separator: ",")) == passes)
        }
    }

    @Test(arguments: [("colapse", "colapse", "did you mean 'collapse'?"), ("all,-al", "al", "did you mean 'all'?")])
    func anUnknownNameNamesTheNearest(text: String, name: String, hint: String) {
        let error = #expect(throws: PassesError.self) { try Passes(named: text) }
        #expect(error?.message.hasPrefix("unknown pass '\(name)' in ESPALIER_PASSES: known are norm-on-load, ") == true)
        #expect(error?.hint == hint)
        #expect(error?.exitCode == .usage)
    }

    @Test(arguments: ["", "all,", "all,,none", "-", "+collapse", "qqqqqqqqqqqqqqqq"])
    func whatIsNoNameIsRefused(text: String) {
        #expect(throws: PassesError.self) { try Passes(named: text) }
    }
}
