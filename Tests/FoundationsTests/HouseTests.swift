import Foundation
import Testing

/// The rules of the house, read off the sources.
@Suite struct HouseTests {
    private struct Source {
        let target: String
        let name: String
        let text: String

        var lines: Int { text.split(separator: "\n", omittingEmptySubsequences: false).count - 1 }
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized

    /// The Swift and C files under `Sources`.
    private let sources: [Source]

    init() throws {
        let folder = Self.root.appending(path: "Sources")
        let paths = try #require(FileManager.default.enumerator(atPath: folder.path)).compactMap { $0 as? String }
        sources = try paths.filter { path in [".swift", ".c", ".h"].contains { path.hasSuffix($0) } }.map { path in
            Source(
                target: String(path.prefix { $0 != "/" }), name: path,
                text: try String(contentsOf: folder.appending(path: path), encoding: .utf8))
        }
    }

    @Test func filesAreShort() {
        #expect(sources.count > 100)
        #expect(sources.filter { $0.lines > 400 }.map(\.name) == [])
        let lengths = sources.map(\.lines).sorted()
        #expect(lengths[lengths.count / 2] <= 120)
    }

    @Test(arguments: [
        // A file a digest; of the others one door.
        ("CLMDB", "Checkpoints", 1), ("COpenBLAS", "Tensors", 1), ("CKernels", "Tensors", 1),
        ("CDigests", "Foundations", 2),
    ])
    func onlyItsOwnerImportsALibrary(library: String, owner: String, doors: Int) {
        let importers = sources.filter { imports($0).contains(library) }
        #expect(importers.count == doors && importers.allSatisfy { $0.target == owner }, "\(importers.map(\.name))")
        // Others could reach a library that is handed on, so at most one file hands it on.
        #expect(importers.count { $0.text.contains("@_exported import \(library)") } <= 1)
    }

    /// `Package.swift` lists the targets bottom floor first.
    @Test func targetsImportOnlyLowerFloors() throws {
        let package = try String(contentsOf: Self.root.appending(path: "Package.swift"), encoding: .utf8)
        let floors = package.matches(of: /\.(?:target|systemLibrary|executableTarget)\(\s*name: "(\w+)"/).map {
            String($0.1)
        }
        #expect(floors.first == "CKernels" && floors.contains("Commands") && floors.contains("Program"))
        #expect(Set(sources.map(\.target)).isSubset(of: floors))
        for source in sources {
            let floor = try #require(floors.firstIndex(of: source.target))
            for other in imports(source) where floors[floor...].contains(other) {
                Issue.record("\(source.name) imports \(other), which does not lie below it")
            }
        }
    }

    @Test func pureRoomsImportNoTensors() {
        for source in sources where ["Foundations", "Architectures", "Rankings", "Policies"].contains(source.target) {
            #expect(imports(source).isDisjoint(with: ["Tensors", "CKernels", "COpenBLAS"]), "\(source.name)")
        }
    }

    /// What stops a program without a word to its user.
    @Test func nothingTraps() {
        for source in sources where source.target != "Foundations" {
            for word in ["try!", "as!", "fatalError("] where source.text.contains(word) {
                Issue.record("\(source.name) uses \(word)")
            }
        }
    }

    @Test func classesAreFinal() {
        for source in sources where source.name.hasSuffix(".swift") {
            let open = source.text.matches(of: /(?m)^\s*(?:(?:public|package|private|fileprivate|internal) )*class \w+/)
            #expect(open.filter { !$0.0.contains(" func ") && !$0.0.contains(" var ") }.isEmpty, "\(source.name)")
        }
    }

    @Test func everyPageIsLinked() throws {
        let files = FileManager.default
        let pages = try files.contentsOfDirectory(atPath: Self.root.path + "/docs").filter { $0.hasSuffix(".md") }
        let texts = try (["README.md"] + pages.map { "docs/" + $0 }).map {
            (name: $0, text: try String(contentsOf: Self.root.appending(path: $0), encoding: .utf8))
        }
        for page in pages {
            let isLinked = texts.contains { name, text in
                name != "docs/" + page && (text.contains("](docs/\(page)") || text.contains("](\(page)"))
            }
            #expect(isLinked, "docs/\(page) is linked from nowhere")
        }
    }

    private func imports(_ source: Source) -> Set<String> {
        let pattern =
            /(?m)^\s*(?:@\w+ )*(?:(?:public|package|internal|private|fileprivate) )?import (?:(?:struct|class|enum|func|protocol) )?(\w+)/
        return Set(source.text.matches(of: pattern).map { String($0.1) })
    }
}
