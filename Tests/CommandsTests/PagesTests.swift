import Foundation
import Testing

/// The pages say what is true: every block marked `sh` runs as it stands.
extension CommandLineTests {
    /// Pages with something to run, relative to the root.
    static let pages: [String] = {
        let files = FileManager.default
        let docs = ((try? files.contentsOfDirectory(atPath: Program.repository + "/docs")) ?? []).sorted()
        return (["README.md", "policies/README.md"] + docs.filter { $0.hasSuffix(".md") }.map { "docs/" + $0 })
            .filter { !blocks($0).isEmpty }
    }()

    @Test func thereAreSuchPages() {
        #expect(Self.pages.contains("README.md") && Self.pages.contains("docs/recipes.md"))
    }

    /// In order, in a folder of the page's own.
    @Test(arguments: pages) func everyBlockRuns(page: String) throws {
        let scratch = try Scratch()
        for block in Self.blocks(page) {
            let result = try Program.run(["-euo", "pipefail", "-c", block], program: "/bin/bash", in: scratch)
            #expect(result.status == 0, "\(page):\n\(block)\n\(result.errors)")
        }
    }

    private static func blocks(_ page: String) -> [String] {
        let text = (try? String(contentsOfFile: Program.repository + "/" + page, encoding: .utf8)) ?? ""
        return text.matches(of: /(?ms)^```sh\n(.*?)^```/).map { String($0.1) }
    }
}
