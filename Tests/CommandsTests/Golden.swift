import Foundation
import Testing

/// Compares with `Golden/NAME.txt`; `ESPALIER_WRITE_GOLDEN=1` writes it instead.
func expectGolden(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let path = Program.repository + "/Tests/CommandsTests/Golden/\(name).txt"
    if ProcessInfo.processInfo.environment["ESPALIER_WRITE_GOLDEN"] == "1" {
        return try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
    let golden = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text == golden, "Golden/\(name).txt", sourceLocation: sourceLocation)
}

/// Commands as a user types them, with what they print on standard error and their exit status.
struct Transcript {
    let scratch: Scratch
    private(set) var text = ""

    init(_ scratch: Scratch) { self.scratch = scratch }

    /// Runs `espalier` with these arguments, which hold no blanks.
    mutating func add(_ line: String, environment: [String: String] = [:]) throws {
        let arguments = line.split(separator: " ").map(String.init)
        let result = try Program.run(arguments, in: scratch, environment: environment)
        let settings = environment.map { "\($0.key)=\($0.value) " }.sorted().joined()
        #expect(result.output == "", "an error prints nothing on standard output")
        text += "$ \(settings)espalier \(line)\n\(result.errors)exit \(result.status)\n\n"
    }
}
